/** From an answer of the service to what is shown of it. */

import { drawing, MOST_LANES } from "./drawing.js";
import { element } from "./elements.js";
import { instant } from "./instants.js";
import { inPieces } from "./pieces.js";
import { pathAtStart } from "./places.js";
import { eventsOf, lineIn } from "./questions.js";
import { pathOfProblem } from "./reasons.js";
import { ignoredItems, streamRows, streamSummary, streamTable } from "./stream_results.js";
import { timeline } from "./streams.js";
import { transformCards, transformSummary, unconverted } from "./transform_results.js";

/**
 * Return `{summary, notices, parts}`: a sentence, marks for the editors, and the elements to show. *state* and *trees*
 * are those of the question, *editors* the fields to which reasons lead.
 */
export function resultsOf(answer, state, trees, editors) {
  const events = eventsOf(state, trees);
  const toSpecification = (path) => way("specification", path, state, trees, editors);
  const toDefinition = (path) => way("definition", path, state, trees, editors);
  const ways = {
    toEvent: (line) => editors.events.goTo(line),
    toSpecification,
    toProblem: (problem, matched) => toSpecification(pathOfProblem(problem, matched, trees.specification)),
    toDefinition,
    toReason: (reason) => toDefinition(pathAtStart(trees.definition, reason)),
  };
  return state.mode === "transform"
    ? ofTransform(answer, events, ways, trees.specification)
    : ofStreams(answer, events, ways, state, expirationIn(state, trees));
}

// What stands before it may be a byte order mark.
function expirationIn({ definition }, trees) {
  return JSON.parse(definition.slice(trees.definition.start, trees.definition.end)).expiration;
}

function way(field, path, state, trees, editors) {
  const line = lineIn(field, path, state, trees);
  return { line, go: () => editors[field].goTo(line) };
}

function ofTransform(answer, events, ways, specification) {
  const notices = unconverted(answer, specification).map(({ path, text }) => ({
    field: "specification",
    line: ways.toSpecification(path).line,
    name: "",
    description: text,
    level: "notice",
  }));
  const list = element("ol", { class: "cards" });
  const parts = inPieces(list, answer.results.length, transformCards(answer, events, ways));
  return { summary: transformSummary(answer), notices, parts };
}

function ofStreams(answer, events, ways, { until, distil }, expiration) {
  const model = timeline(answer, events, { until: instant(until.trim()), expiration, areRaw: distil });
  const streams = model.streams;
  const parts = [];
  if (model.lanes.length)
    parts.push(...drawn(model, ways), ...inPieces(streamTable(), streams.length, streamRows(streams, ways)));
  if (model.ignored.length) {
    const list = element("ol", { class: "cards" });
    parts.push(
      element("h3", {}, "In no stream"),
      ...inPieces(list, model.ignored.length, ignoredItems(model.ignored, ways)),
    );
  }
  return { summary: streamSummary(answer), notices: [], parts };
}

function drawn(model, ways) {
  const holder = element("div", { class: "drawing" });
  let width = 0;
  // It is drawn for the width that there is, and again when a phone is turned.
  new ResizeObserver(() => {
    if (holder.clientWidth === width || holder.clientWidth === 0) return;
    width = holder.clientWidth;
    holder.replaceChildren(drawing(model, width, ways.toEvent));
  }).observe(holder);
  const more = model.lanes.length - MOST_LANES;
  return [
    holder,
    more > 0 ? element("p", {}, `The time line shows ${MOST_LANES} groups; ${more} more are in the table.`) : null,
  ].filter(Boolean);
}
