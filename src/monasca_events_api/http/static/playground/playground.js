/** START HERE: from what is typed to what is shown. */

import { Editor } from "./editor.js";
import { element } from "./elements.js";
import { EXAMPLES } from "./examples.js";
import { BrokenLink, LONGEST, read, written } from "./fragment.js";
import { later, latest } from "./latest.js";
import { preview } from "./previews.js";
import { fieldsOf, placed, question } from "./questions.js";
import { resultsOf } from "./results.js";

const PAUSE = 350; // milliseconds without a key, then the preview is asked for
const EDITORS = [
  ["definition", "Stream definition", "JSON, as it is posted.", ".json"],
  ["specification", "Specification", "YAML, or a JSON list.", ".yaml,.yml,.json"],
  ["events", "Notifications", "", ".json,.jsonl"],
];
const OF_EVENTS = "JSON: a list, or one after the other.";
const OF_STREAMS = `${OF_EVENTS} An item may be {"received_at": time, "event": {…}}.`;
const FEW_WORDS = {
  transform: "Write a specification and paste notifications, or begin with an example.",
  streams: "Write a stream definition and paste events, or begin with an example.",
};

const byId = (id) => document.getElementById(id);
const editors = Object.fromEntries(
  EDITORS.map(([name, label, hint, accept]) => [
    name,
    new Editor(byId("texts"), { name, label, hint, accept, changed: () => typed(), failed: tell }),
  ]),
);
const ask = latest(answered, show);
const keep = latest(written, putInAddress);
const soon = later(run, PAUSE);
let kept = "";

function state() {
  return {
    mode: document.querySelector("[name=mode]:checked").value,
    distil: byId("distil").checked,
    until: byId("until").value,
    ...Object.fromEntries(Object.entries(editors).map(([name, editor]) => [name, editor.text])),
  };
}

function put(given) {
  document.querySelector(`[name=mode][value=${given.mode}]`).checked = true;
  byId("distil").checked = given.distil;
  byId("until").value = given.until;
  for (const [name, editor] of Object.entries(editors)) editor.text = given[name];
  arrange();
}

function arrange() {
  const { mode, distil } = state();
  const isRaw = mode === "transform" || distil;
  byId("options").hidden = mode === "transform";
  editors.definition.whole.hidden = mode === "transform";
  editors.specification.whole.hidden = !isRaw;
  document.querySelector("label[for=events]").textContent = isRaw ? "Notifications" : "Events";
  byId("events-hint").textContent = mode === "transform" ? OF_EVENTS : OF_STREAMS;
  // What came of the other is not what came of this before.
  const results = byId("results");
  if (results.dataset.mode !== mode) results.replaceChildren();
  results.dataset.mode = mode;
}

function typed() {
  tell("");
  wait();
  soon();
}

/** Say that what is shown is not the answer to what is in the fields. */
function wait() {
  byId("answer").setAttribute("aria-busy", "true");
}

async function run() {
  wait();
  const now = state();
  await Promise.all([keep(now), ask(now)]);
}

async function answered(now, signal) {
  const missing = fieldsOf(now).some((name) => now[name].trim() === "");
  if (missing) return { missing };
  const asked = question(now);
  if (asked.faults.length) return { faults: asked.faults };
  const { answer, refusal, faults } = await preview(asked.path, asked.body, byId("token").value.trim(), signal);
  const { trees } = asked;
  return { answer, refusal, faults: faults?.map((fault) => placed(fault, now, trees)), trees };
}

function show({ missing, answer, refusal, faults, trees }, now) {
  // An answer that comes after the mode was changed: the next one is on its way.
  if (now.mode !== state().mode) return;
  if (missing) {
    settle(FEW_WORDS[now.mode], [], []);
  } else if (answer) {
    const { summary, notices, parts } = resultsOf(answer, now, trees, editors);
    settle(summary, notices, parts);
  } else {
    settle(
      refused(refusal, faults),
      faults.map((fault) => ({ ...fault, level: "fault" })),
    );
  }
}

function refused(refusal, faults) {
  const number =
    faults.length === 1 ? "One fault, marked where it stands." : `${faults.length} faults, marked where they stand.`;
  const elsewhere = faults.filter(({ field }) => field === null).map(told);
  const stale = byId("results").hasChildNodes() ? ["Below is what came of it before."] : [];
  return [faults.length ? number : refusal, ...elsewhere, ...stale].join(" ");
}

/** Say *summary*, mark what the editors have to mark, and show *parts*; without them, what is shown is of before. */
function settle(summary, marks, parts) {
  byId("answer").setAttribute("aria-busy", "false");
  byId("answer").classList.toggle("refused", !parts);
  byId("results").classList.toggle("stale", !parts);
  if (parts) byId("results").replaceChildren(...parts);
  // A reader of the screen hears what is new, and that alone.
  if (byId("summary").textContent !== summary) byId("summary").textContent = byId("peek").textContent = summary;
  for (const [name, editor] of Object.entries(editors)) {
    editor.mark(marks.filter(({ field }) => field === name).map((mark) => ({ ...mark, text: told(mark) })));
  }
  const until = marks
    .filter(({ field }) => field === "until")
    .map(told)
    .join(" ");
  byId("until-fault").textContent = until;
  byId("until").setAttribute("aria-invalid", String(until !== ""));
}

function told({ name, description }) {
  return name ? `${name}: ${description}` : description;
}

function tell(sentence) {
  byId("notice").textContent = sentence;
}

function putInAddress(fragment) {
  kept = fragment.length <= LONGEST ? fragment : "";
  history.replaceState(null, "", kept || location.pathname);
  if (!kept) tell("This is too much for a link, and is gone when you leave this page. Keep it in files.");
}

async function copyLink() {
  await keep(state());
  if (!kept) return;
  try {
    await navigator.clipboard.writeText(location.href);
    tell(`The link is copied: ${location.href.length} characters, without the token.`);
  } catch {
    // Without HTTPS a browser has no clipboard.
    tell("Copy the address of this page: it is the link, without the token.");
  }
}

async function begin(fragment) {
  try {
    put((await read(fragment)) ?? EXAMPLES[0].state);
    kept = fragment;
    tell("");
  } catch (error) {
    if (!(error instanceof BrokenLink)) throw error;
    put({ mode: "transform", distil: true, until: "", specification: "", definition: "", events: "" });
    tell(error.message);
  }
  await run();
}

async function takeExample() {
  const found = EXAMPLES[byId("example").value];
  byId("example").value = "";
  if (!found) return;
  await keep(state());
  history.pushState(null, "", location.href);
  put(found.state);
  tell(`Example: ${found.title}. The browser's way back leads to what you had.`);
  await run();
}

function listExamples() {
  for (const [mode, label] of [
    ["transform", "Transforms"],
    ["streams", "Stream definitions"],
  ]) {
    const options = EXAMPLES.map(({ title, state: { mode: own } }, index) =>
      own === mode ? element("option", { value: index }, title) : null,
    );
    byId("example").append(element("optgroup", { label }, ...options));
  }
}

listExamples();
byId("bar").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
byId("example").addEventListener("change", takeExample);
byId("copy").addEventListener("click", copyLink);
byId("token").addEventListener("input", typed);
byId("until").addEventListener("input", typed);
for (const choice of [...document.querySelectorAll("[name=mode]"), byId("distil")]) {
  choice.addEventListener("change", () => {
    arrange();
    typed();
  });
}
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
byId("peek").addEventListener("click", () => byId("outcome").scrollIntoView({ block: "start" }));
// Where the answer is out of sight, on a phone, its summary stands at the edge.
new IntersectionObserver(([{ isIntersecting }]) => (byId("peek").hidden = isIntersecting)).observe(byId("answer"));
addEventListener("online", run);
addEventListener("hashchange", () => location.hash !== kept && begin(location.hash));
// A file that misses the editors would replace the page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
begin(location.hash);
