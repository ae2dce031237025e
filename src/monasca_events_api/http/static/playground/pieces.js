/** Long lists, a piece at a time: a thousand cards at each keystroke would make typing slow. */

import { element } from "./elements.js";

const AT_ONCE = 50;

/** Fill *holder* with the first of *number* children that *made* gives by index; a button after it brings more. */
export function inPieces(holder, number, made) {
  const parts = [holder];
  let shown = 0;
  const more = element("button", { type: "button", class: "more", click: () => show(true) });
  function show(isAsked) {
    const next = Math.min(number, shown + AT_ONCE);
    const added = Array.from({ length: next - shown }, (_, index) => made(shown + index));
    shown = next;
    (holder.tBodies?.[0] ?? holder).append(...added);
    more.textContent = `Show ${Math.min(AT_ONCE, number - shown)} more of ${number - shown}`;
    more.hidden = shown === number;
    if (isAsked) added[0].querySelector("button")?.focus();
  }
  show(false);
  if (shown < number) parts.push(more);
  return parts;
}
