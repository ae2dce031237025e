/** The scale of time: from instants to places on a line, and where its strokes are. */

import { shownDate } from "./instants.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365, 1825, 18250, 182500].map((each) => each * DAY),
];
const APART = 95; // pixels between two strokes, at least

/** Return a function from an instant between *from* and *to* to a place between *left* and *right*. */
export function scale(from, to, left, right) {
  if (to <= from) return () => (left + right) / 2;
  return (at) => left + ((at - from) / (to - from)) * (right - left);
}

/** Return the strokes of a line of *width* pixels: `{at, text}`, each where a reader counts from. */
export function strokes(from, to, width) {
  const most = Math.max(1, Math.floor(width / APART));
  const step = STEPS.find((each) => (to - from) / each <= most) ?? STEPS.at(-1);
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push({ at, text: written(at, step) });
  return found;
}

function written(at, step) {
  const [date, time] = shownDate(at).split(" ");
  if (step >= DAY) return date;
  if (at % DAY === 0) return date.slice(5);
  return step >= MINUTE ? time.slice(0, 5) : time;
}
