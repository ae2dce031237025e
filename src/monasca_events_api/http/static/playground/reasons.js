/** Reasons of the service, each with a way to the line that it speaks of. */

import { element } from "./elements.js";

const OF_DEFINITION = /^definition (\d+): /;
const OF_TRAIT = /^(traits\.[^:]+): /;
const OF_STREAM = /^((?:select|fire_criteria)\.\d+[^:\s]*|group_by): /;

/** Say whether a problem of a notification is that a definition does not match it. */
export function isOfOneDefinition(problem) {
  return OF_DEFINITION.test(problem);
}

/** Return the path in the specification of which a problem of a notification speaks, null for none. */
export function pathOfProblem(problem, matched) {
  const definition = OF_DEFINITION.exec(problem)?.[1];
  if (definition !== undefined) return definition;
  const trait = OF_TRAIT.exec(problem)?.[1];
  return trait !== undefined && matched !== null ? `${matched}.${trait}` : null;
}

/** Return the path in the stream definition of which a reason speaks, null for none. */
export function pathOfReason(reason) {
  return OF_STREAM.exec(reason)?.[1] ?? null;
}

/** A list of reasons, `{text, line, go}`; those with a line lead to it by *go*. */
export function reasonList(reasons) {
  if (reasons.length === 0) return null;
  return element("ul", { class: "reasons" }, ...reasons.map(reason));
}

/** A button that leads to a line of an editor. */
export function lineButton(line, go, what = "line") {
  return element("button", { type: "button", class: "line", click: go }, `${what} ${line}`);
}

function reason({ text, line, go }) {
  return element("li", {}, element("span", {}, text), line ? [" ", lineButton(line, go)] : null);
}
