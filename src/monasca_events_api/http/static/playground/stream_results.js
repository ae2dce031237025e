/** What a preview of a stream definition says, in words: how many, a table of the streams, the events in none. */

import { counted, element } from "./elements.js";
import { shownDate } from "./instants.js";
import { lineButton, reasonList } from "./reasons.js";
import { groupTitle } from "./streams.js";

const SIGNS = { fired: "✓", expired: "✕", open: "…" };
const MOST_EVENTS = 50;

/** Say how many streams ended in which way. */
export function streamSummary({ streams, ignored }) {
  const number = (state) => streams.filter((stream) => stream.state === state).length;
  const states = Object.keys(SIGNS).map((state) => `${number(state)} ${state}`);
  const aside = ignored.length ? ` ${counted(ignored.length, "event")} in no stream.` : "";
  return streams.length ? `${counted(streams.length, "stream")}: ${states.join(", ")}.${aside}` : `No stream.${aside}`;
}

/** A function that makes the row of a stream of the model; *ways* has `toEvent(line)` and `toDefinition(path)`. */
export function streamRows(streams, ways) {
  return (index) => {
    const stream = streams[index];
    return element(
      "tr",
      { class: stream.state },
      cell("State", element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[stream.state]), ` ${stream.state}`),
      cell("Group", element("code", {}, groupTitle(stream.group))),
      cell("At", when(stream)),
      cell("Events", ...eventsOf(stream, ways)),
      cell("Waits for", unmet(stream, ways) ?? "nothing more"),
    );
  };
}

/** The table that such rows go into. */
export function streamTable() {
  const heads = ["State", "Group", "At", "Events", "Waits for"].map((name) => element("th", { scope: "col" }, name));
  return element(
    "table",
    { class: "streams" },
    element("caption", {}, "Streams, in the order in which they ended"),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}),
  );
}

/** A function that makes the item of an event that is in no stream; *ways* has `toEvent(line)`, `toReason(reason)`. */
export function ignoredItems(ignored, ways) {
  return (index) => {
    const { id, line, reason } = ignored[index];
    return element(
      "li",
      { class: "card dropped" },
      element(
        "h3",
        {},
        element("code", {}, id ?? "no message_id"),
        " ",
        line ? lineButton(line, () => ways.toEvent(line)) : null,
      ),
      reasonList([{ text: reason, ...ways.toReason(reason) }]),
    );
  };
}

function cell(name, ...children) {
  return element("td", { "data-name": name }, element("div", {}, ...children));
}

function when({ at, expires }) {
  if (at !== null) return shownDate(at);
  return expires === null ? "not yet" : `not yet; expires ${shownDate(expires)}`;
}

function eventsOf({ marks }, ways) {
  const shown = marks
    .slice(0, MOST_EVENTS)
    .flatMap(({ id, line }) => [
      line
        ? element(
            "button",
            { type: "button", class: "line", click: () => ways.toEvent(line), title: `line ${line}` },
            id,
          )
        : id,
      " ",
    ]);
  return marks.length > MOST_EVENTS ? [...shown, `and ${marks.length - MOST_EVENTS} more`] : shown;
}

function unmet(stream, ways) {
  return reasonList(
    stream.unmet.map((each) => ({
      text: `${each.wanted}: ${each.matched} of ${each.number}`,
      ...ways.toDefinition(each.name),
    })),
  );
}
