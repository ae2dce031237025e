/** Dates of events, in milliseconds since 1970: ISO 8601, and UTC where no zone is named, as the service reads them. */

const DATE = new RegExp(
  "^(\\d{4})(?:-?(\\d{2})(?:-?(\\d{2}))?)?" +
    "(?:[T ]+(\\d{2})(?::?(\\d{2})(?::?(\\d{2})(?:[.,](\\d+))?)?)?)?" +
    "\\s*(?:(Z)|([+-])(\\d{2}):?(\\d{2})?)?$",
);
const MINUTE = 60_000;

/** Return the instant, null for what is no date. */
export function instant(text) {
  const found = typeof text === "string" ? DATE.exec(text.trim()) : null;
  if (!found) return null;
  const [, year, month = "1", day = "1", hour = "0", minute = "0", second = "0", fraction = "0"] = found;
  const at = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second) + Number(`0.${fraction}`) * 1000;
  const [sign, hours, minutes = "0"] = found.slice(9);
  const offset = sign ? (sign === "-" ? -1 : 1) * (+hours * 60 + +minutes) : 0;
  return Number.isNaN(at) ? null : at - offset * MINUTE;
}

/** Write an instant for a reader, `2026-07-20 15:44:01.5`, UTC. */
export function shownDate(at) {
  return new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/(\.\d*?)0*Z$/, "$1")
    .replace(/\.$/, "");
}

/** Write its time alone. */
export function shownTime(at) {
  return shownDate(at).slice(11);
}
