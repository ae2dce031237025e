/** Dates of events, in milliseconds since 1970: ISO 8601, and UTC where no zone is named, as the service reads them. */

// Python's pattern for it: after "-" one digit will do, without "-" no month is the last, a line feed may end it.
const MONTH = "(?:-(?<shortMonth>\\d{1,2})|(?<month>\\d{2})(?!\\n?$))";
const DAY = "(?:-(?<shortDay>\\d{1,2})|(?<day>\\d{2}))";
const TIME = "[T ](?<hour>\\d{2})(?::?(?<minute>\\d{2}))?(?::?(?<second>\\d{1,2})(?:[.,](?<fraction>\\d+))?)?";
const ZONE = "(?:Z|(?<sign>[+-])(?<hours>\\d{2}):?(?<minutes>\\d{2})?)";
const DATE = new RegExp(`^(?<year>\\d{4})(?:${MONTH}(?:${DAY}(?:${TIME}${ZONE}?)?)?)?\\n?$`);
const LONGEST = 1000;
const MINUTE = 60_000;
const MINUTES_OF_A_DAY = 1440;
const FIRST = Date.parse("0001-01-01T00:00:00Z");
const BEYOND = Date.parse("+010000-01-01T00:00:00Z");

/** Return the instant, null for what is no date. */
export function instant(text) {
  const found = typeof text === "string" && text.length <= LONGEST ? DATE.exec(text)?.groups : null;
  if (!found) return null;
  const { hour = "00", minute = "00", second = "00", fraction = "", sign, hours = "0", minutes = "0" } = found;
  const day = [found.year, found.shortMonth ?? found.month ?? "01", found.shortDay ?? found.day ?? "01"];
  const local = exactly(`${day.map(two).join("-")}T${hour}:${minute}:${two(second)}`);
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  if (local === null || Math.abs(offset) >= MINUTES_OF_A_DAY) return null;
  const at = local - offset * MINUTE;
  return FIRST <= at && at < BEYOND ? at + Number(`0.${fraction.slice(0, 6)}`) * 1000 : null;
}

function two(digits) {
  return digits.padStart(2, "0");
}

// Of a 30th of February, or of 24 o'clock, JavaScript makes another day.
function exactly(written) {
  const at = Date.parse(`${written}Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(written) ? at : null;
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
