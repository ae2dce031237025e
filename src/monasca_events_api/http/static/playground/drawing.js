/** The time line as a drawing. A table beside it says the same, for who cannot see it. */

import { counted, drawn } from "./elements.js";
import { shownDate, shownTime } from "./instants.js";
import { scale, strokes } from "./scale.js";

const MARGIN = 14;
const AXIS = 40;
const TITLE = 18;
const BAR = 36;
const FIRST_WORD = 62;
const WORD = 20;
const MOST_ROWS = 5;
const LETTER = 6.6; // pixels, of the 12 px type
const SIGN = 18;
/** Lanes; the table has them all. */
export const MOST_LANES = 100;

/** Draw what `streams.timeline` gives, *width* pixels wide. *toLine* leads to the line of an event. */
export function drawing(model, width, toLine) {
  const x = scale(model.from, model.to, MARGIN, width - MARGIN);
  const lanes = model.lanes.slice(0, MOST_LANES);
  const parts = [];
  let y = AXIS;
  for (const lane of lanes) {
    const { part, height } = laneOf(lane, { x, width, y, toLine });
    parts.push(part);
    y += height;
  }
  if (model.ignored.some(({ at }) => at !== null)) {
    parts.push(ignoredLane(model.ignored, { x, y, width, toLine }));
    y += FIRST_WORD;
  }
  const id = "drawing-title";
  return drawn(
    "svg",
    { class: "timeline", width, height: y, viewBox: `0 0 ${width} ${y}`, role: "img", "aria-labelledby": id },
    drawn("title", { id }, `Time line: ${counted(model.lanes.length, "group")}; the table below says the same`),
    axis(model, x, width, y),
    ...parts,
  );
}

/** Say in a few words what a stream waits for, or has waited for. */
export function wanted({ unmet }) {
  return unmet
    .map((each) => `${each.number - each.matched} × ${each.wanted.replace(/^event_type /, "")}`)
    .join(" and ");
}

function axis(model, x, width, height) {
  const marks = strokes(model.from, model.to, width - 2 * MARGIN).map(({ at, text }) =>
    drawn(
      "g",
      {},
      drawn("line", { class: "stroke", x1: x(at), x2: x(at), y1: 24, y2: height }),
      drawn("text", { class: "scale", x: clamped(x(at), text, width), y: 34, "text-anchor": "middle" }, text),
    ),
  );
  const day = drawn("text", { class: "scale", x: MARGIN, y: 14 }, `${shownDate(model.from).slice(0, 10)} UTC`);
  return drawn("g", {}, day, ...marks, model.until === null ? null : untilLine(x(model.until), width, height));
}

function untilLine(at, width, height) {
  const text = drawn(
    "text",
    { class: "scale", x: clamped(at, "until", width), y: 14, "text-anchor": "middle" },
    "until",
  );
  return drawn("g", {}, drawn("line", { class: "until", x1: at, x2: at, y1: 18, y2: height }), text);
}

function laneOf(lane, { x, width, y, toLine }) {
  const rows = [];
  const streams = lane.streams.map((stream) => [
    bar(stream, x, y + BAR),
    word(stream, { x, width, y, rows }),
    ...stream.marks.filter(({ at }) => at !== null).map((mark) => eventMark(mark, x, y + BAR, toLine)),
  ]);
  const height = FIRST_WORD + rows.length * WORD;
  return { part: drawn("g", {}, ground(y, width), title(lane.title, y, width), ...streams.flat()), height };
}

function ignoredLane(ignored, { x, y, width, toLine }) {
  const marks = ignored
    .filter(({ at }) => at !== null)
    .map((mark) => {
      const [cx, cy] = [x(mark.at), y + BAR];
      const path = `M${cx} ${cy - 6}L${cx + 6} ${cy}L${cx} ${cy + 6}L${cx - 6} ${cy}Z`;
      return lead(drawn("path", { class: "ignored", d: path }, tip(mark, `: ${mark.reason}`)), mark, toLine);
    });
  return drawn("g", {}, ground(y, width), title("in no stream", y, width, "aside"), ...marks);
}

function ground(y, width) {
  return drawn("line", { class: "ground", x1: 0, x2: width, y1: y, y2: y });
}

function title(text, y, width, kind = "title") {
  return drawn(
    "text",
    { class: kind, x: MARGIN, y: y + TITLE },
    cut(text, width - 2 * MARGIN),
    drawn("title", {}, text),
  );
}

function bar(stream, x, y) {
  const [from, to] = [x(stream.from), x(stream.to)];
  const ends = { x1: from, x2: to, y1: y, y2: y };
  const cap = stream.state === "open" ? null : drawn("line", { class: "cap", x1: to, x2: to, y1: y - 9, y2: y + 12 });
  return drawn("g", { class: stream.state }, drawn("line", { class: "bar", ...ends }), cap);
}

function eventMark(mark, x, y, toLine) {
  return lead(drawn("circle", { class: "event", cx: x(mark.at), cy: y, r: 5 }, tip(mark, "")), mark, toLine);
}

function tip({ id, at, line }, more) {
  return drawn("title", {}, `${id ?? "no message_id"}, ${shownDate(at)}, line ${line}${more}`);
}

// For the mouse; with the keyboard the table leads there.
function lead(shape, { line }, toLine) {
  shape.addEventListener("click", () => toLine(line));
  return shape;
}

function word(stream, { x, width, y, rows }) {
  const full = wordsOf(stream);
  const text = cut(full, width - 2 * MARGIN - SIGN);
  const length = SIGN + text.length * LETTER;
  const at = x(stream.to);
  const start = Math.max(MARGIN, Math.min(at - SIGN / 2, width - MARGIN - length));
  const row = freeRow(rows, start, length);
  if (row === null) return null;
  const line = y + FIRST_WORD + row * WORD;
  return drawn(
    "g",
    { class: stream.state },
    sign(stream.state, start + 7, line - 4),
    drawn("text", { class: "word", x: start + SIGN, y: line }, text, drawn("title", {}, full)),
  );
}

function wordsOf(stream) {
  if (stream.state === "fired") return `fired ${shownTime(stream.at)}`;
  if (stream.state === "expired") return `expired ${shownTime(stream.at)}, lacks ${wanted(stream)}`;
  return `open, waits for ${wanted(stream)}`;
}

function freeRow(rows, start, length) {
  const free = rows.findIndex((end) => end + SIGN < start);
  const row = free === -1 ? rows.length : free;
  if (row === MOST_ROWS) return null;
  rows[row] = start + length;
  return row;
}

const SIGNS = {
  fired: (x, y) => [drawn("circle", { cx: x, cy: y, r: 7 }), drawn("path", { d: `M${x - 3} ${y}l2.2 2.6l4-5` })],
  expired: (x, y) => [
    drawn("rect", { x: x - 6, y: y - 6, width: 12, height: 12, rx: 2 }),
    drawn("path", { d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` }),
  ],
  open: (x, y) => [
    drawn("circle", { class: "hollow", cx: x, cy: y, r: 6 }),
    drawn("path", { d: `M${x} ${y - 3}v3h3` }),
  ],
};

function sign(state, x, y) {
  return drawn("g", { class: "sign" }, ...SIGNS[state](x, y));
}

function clamped(at, text, width) {
  const half = (text.length * LETTER) / 2;
  return Math.max(half, Math.min(at, width - half));
}

function cut(text, width) {
  const most = Math.floor(width / LETTER);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
