/** What a specification makes of notifications: a card for each. */

import { counted, element } from "./elements.js";
import { isOfOneDefinition, isOfTrait, lineButton, pathOfProblem, reasonList } from "./reasons.js";

const KINDS = {
  distilled: { sign: "✓", word: "distilled" },
  wrong: { sign: "✕", word: "not distilled, an error" },
  dropped: { sign: "–", word: "dropped" },
};

const SHORT = 24; // characters of a value that has room beside another

/** Say how many there are of each kind. */
export function transformSummary({ results }) {
  const number = (kind) => results.filter((result) => kindOf(result) === kind).length;
  const parts = [`${number("distilled")} distilled`, `${number("dropped")} dropped`];
  if (number("wrong")) parts.push(counted(number("wrong"), "error"));
  return `${counted(results.length, "notification")}: ${parts.join(", ")}.`;
}

/** Return the values that did not convert, as `{path, text}` in the specification, a tree, each path once. */
export function unconverted({ results }, specification) {
  const found = new Map();
  for (const { matched, event, problems } of results) {
    if (matched === null || event !== null) continue;
    for (const problem of problems) {
      if (!isOfTrait(problem) || problem.includes(": no value, ")) continue;
      const path = pathOfProblem(problem, matched, specification);
      if (!found.has(path)) found.set(path, problem);
    }
  }
  return [...found].map(([path, text]) => ({ path, text }));
}

/**
 * A function that makes the card of the result at an index. *events* are `{value, line}`, in order; *ways* leads to
 * lines: `toEvent(line)`, and `toProblem(problem, matched)`, which gives `{line, go}`.
 */
export function transformCards({ results }, events, ways) {
  return (index) => card(results[index], events[index], ways);
}

function kindOf({ matched, event, problems }) {
  if (event !== null) return "distilled";
  // What lacks an event type or a message id is wrong before any definition is asked.
  return matched === null && problems.every(isOfOneDefinition) ? "dropped" : "wrong";
}

function card(result, { value, line }, ways) {
  const kind = kindOf(result);
  const { sign, word } = KINDS[kind];
  const reasons = result.problems.map((problem) => ({ text: problem, ...ways.toProblem(problem, result.matched) }));
  return element(
    "li",
    { class: `card ${kind}` },
    element(
      "h3",
      {},
      element("span", { class: "sign", "aria-hidden": "true" }, sign),
      element("span", { class: "word" }, word),
      " ",
      element("code", {}, typeof value?.event_type === "string" ? value.event_type : "no event type"),
      " ",
      lineButton(line, () => ways.toEvent(line)),
    ),
    result.event === null ? null : traits(result.event),
    reasonList(reasons),
  );
}

function traits(event) {
  const pair = ([name, value]) => {
    const text = JSON.stringify(value);
    return element(
      "div",
      { class: text.length > SHORT ? "long" : null },
      element("dt", {}, name),
      element("dd", {}, text),
    );
  };
  return element("dl", { class: "traits", "aria-label": "The distilled event" }, ...Object.entries(event).map(pair));
}
