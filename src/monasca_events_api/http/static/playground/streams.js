/** What a preview of a stream definition says, on one scale of time: streams by group, and the events in none. */

import { instant } from "./instants.js";

/**
 * Return `{from, to, until, streams, lanes, ignored}`. A lane is `{title, streams}`, a stream `{state, from, to, marks,
 * unmet, at, expires}`, a mark `{at, id, line}`, an ignored event such a mark with its `reason`. Times are milliseconds.
 *
 * *events* are `{value, line}` in the order in which they were sent; *expiration* in milliseconds, null if not known;
 * *areRaw* says that they are notifications.
 */
export function timeline(answer, events, { until, expiration, areRaw }) {
  const arrivals = arrived(events, areRaw, answer.ignored);
  const known = new Map();
  for (const each of arrivals)
    if (each.id !== null && each.at !== null && !known.has(each.id)) known.set(each.id, each);
  const end = Math.max(...moments(arrivals, answer), until ?? -Infinity);
  const streams = answer.streams.map((stream) => placedStream(stream, known, end, expiration));
  const ignored = placedIgnored(answer.ignored, arrivals);
  const begin = Math.min(end, ...streams.map(({ from }) => from), ...ignored.map(({ at }) => at ?? end));
  return { from: begin, to: end, until, streams, lanes: lanes(streams), ignored };
}

/** Write a group for a reader: `host = "h1"`. */
export function groupTitle(group) {
  const parts = Object.entries(group).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return parts.join(", ") || "all events";
}

// The clock of the processor shows when an event arrived, and never runs backwards. What becomes no event moves it only
// by the time of its receipt.
function arrived(events, areRaw, ignored) {
  const dropped = ignored.filter(({ reason }) => reason.startsWith("transform: ")).map(({ message_id: id }) => id);
  let clock = -Infinity;
  return events.map(({ value, line }) => {
    const isItem = value !== null && typeof value === "object" && "event" in value && !("event_type" in value);
    const event = isItem ? value.event : value;
    const id = textOrNull(event?.message_id);
    const received = isItem ? instant(value.received_at) : null;
    const becomesNone = dropped[0] === id;
    if (becomesNone) dropped.shift();
    const shown = Math.max(clock, received ?? clock);
    const stated = areRaw ? statedTime(event) : event?.timestamp;
    const stamp = areRaw && isNothing(stated) ? timeOfProcessing(shown, becomesNone) : instant(stated);
    const at = isItem ? received : stamp;
    const arrival = { id, at: at === null ? null : Math.max(clock, at), stamp, line };
    if (isItem || !becomesNone) clock = arrival.at ?? clock;
    return arrival;
  });
}

// A timestamp that says nothing is one that is there: _context_timestamp does not count beside it.
function statedTime(notification) {
  const has = notification !== null && typeof notification === "object" && "timestamp" in notification;
  return has ? notification.timestamp : notification?._context_timestamp;
}

function isNothing(stated) {
  return stated === undefined || stated === null || stated === "";
}

// Before anything has said what time it is the service takes that of the preview, which is now.
function timeOfProcessing(clock, becomesNone) {
  if (clock !== -Infinity) return clock;
  return becomesNone ? null : Date.now();
}

function textOrNull(value) {
  return typeof value === "string" ? value : null;
}

function moments(arrivals, answer) {
  const ends = answer.streams.map(({ at }) => instant(at));
  return [...arrivals.map(({ at }) => at), ...ends].filter((each) => each !== null);
}

function placedStream(stream, known, end, expiration) {
  const marks = stream.events.map((id) => known.get(id) ?? { id, at: null, stamp: null, line: null });
  const stamps = marks.map(({ stamp }) => stamp).filter((each) => each !== null);
  const to = instant(stream.at) ?? end;
  const from = stamps.length ? Math.min(...stamps, to) : to;
  const expires = stream.state === "open" && expiration !== null && stamps.length ? from + expiration : null;
  return { ...stream, title: groupTitle(stream.group), at: instant(stream.at), from, to, marks, expires };
}

// They are told in the order in which they arrived. Of a repeated message it is the later one.
function placedIgnored(ignored, arrivals) {
  const seen = new Set();
  const repeats = arrivals.map(({ id }) => seen.has(id) || !seen.add(id));
  let next = 0;
  return ignored.map(({ message_id: id, reason }) => {
    const isRepeat = reason.startsWith("message_id: seen before");
    const index = arrivals.findIndex((each, at) => at >= next && each.id === id && (!isRepeat || repeats[at]));
    if (index === -1) return { id, at: null, line: null, reason };
    next = index + 1;
    return { ...arrivals[index], reason };
  });
}

function lanes(streams) {
  const found = new Map();
  for (const stream of streams) {
    if (!found.has(stream.title)) found.set(stream.title, []);
    found.get(stream.title).push(stream);
  }
  return [...found].map(([title, of]) => ({ title, streams: of.sort((one, other) => one.from - other.from) }));
}
