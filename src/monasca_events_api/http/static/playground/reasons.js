/** Reasons of the service, each with a way to the line that it speaks of. */

import { element } from "./elements.js";
import { pathAtStart } from "./places.js";

const OF_DEFINITION = /^definition (\d+): /;

/** Say whether a problem of a notification is that a definition does not match it. */
export function isOfOneDefinition(problem) {
  return OF_DEFINITION.test(problem);
}

/** Say whether a problem of a notification is that a trait has no value, or one that does not convert. */
export function isOfTrait(problem) {
  return problem.startsWith("traits.");
}

/** Return the path in the specification, a tree, of which a problem of a notification speaks, "" for none. */
export function pathOfProblem(problem, matched, specification) {
  if (isOfTrait(problem)) return pathAtStart(specification, `${matched}.${problem}`);
  return OF_DEFINITION.exec(problem)?.[1] ?? "";
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
