/** From what is on the page to what the service is asked, and from its faults back to lines of the page. */

import { NotJson, readValue, readValues } from "./json_text.js";
import { lineOf, placeOf } from "./places.js";
import { readYaml } from "./yaml_text.js";

const PATHS = { transform: "transforms/preview", streams: "stream-definitions/preview" };
const YAML_PLACE = /^line (\d+), /;

/** How each field is read to a tree, and what of it is sent: JSON as it is written, so that numbers stay as they are. */
const FIELDS = {
  specification: { read: readYaml, sent: (text) => JSON.stringify(text) },
  definition: { read: readValue, sent: slice },
  events: { read: readEvents, sent: (text, tree) => `[${tree.children().map(({ node }) => slice(text, node))}]` },
  until: { read: () => null, sent: (text) => JSON.stringify(text.trim()) },
};

/** Return the names of the fields that count for *state*. */
export function fieldsOf(state) {
  if (state.mode === "transform") return ["specification", "events"];
  const more = [...(state.distil ? ["specification"] : []), ...(state.until.trim() ? ["until"] : [])];
  return ["definition", ...more, "events"];
}

/**
 * Return what to ask for *state*: `{path, body, trees, faults}`. Where there are faults, `{field, line, name,
 * description}`, the body is not whole and nothing need be asked.
 */
export function question(state) {
  const members = [];
  const faults = [];
  const trees = {};
  for (const field of fieldsOf(state)) {
    const text = state[field];
    try {
      trees[field] = FIELDS[field].read(text);
      members.push(`"${field}":${FIELDS[field].sent(text, trees[field])}`);
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      faults.push({ field, line: lineOf(text, error.offset), name: "", description: error.message });
    }
  }
  return { path: PATHS[state.mode], body: `{${members}}`, trees, faults };
}

/** Find the field and the line of a fault of the service, `definition.select.0.event_type`. */
export function placed(fault, state, trees) {
  const [field, ...keys] = fault.name.split(".");
  if (!Object.hasOwn(FIELDS, field))
    return { field: null, line: null, name: fault.name, description: fault.description };
  const name = keys.join(".");
  const inYaml = YAML_PLACE.exec(fault.description);
  if (field === "specification" && name === "" && inYaml) {
    return { field, line: Number(inYaml[1]), name, description: fault.description.slice(inYaml[0].length) };
  }
  return { field, line: lineIn(field, name, state, trees), name, description: fault.description };
}

/** Return the line at which a path of a field stands, null where the field as a whole is meant. */
export function lineIn(field, path, state, trees) {
  const tree = trees[field];
  return tree && path !== "" ? lineOf(state[field], placeOf(tree, path)) : null;
}

/** Return the events as values, each with the `line` at which it stands. */
export function eventsOf(state, trees) {
  let line = 1;
  let before = 0;
  return trees.events.children().map(({ node }) => {
    line += lineOf(state.events.slice(before, node.start), node.start - before) - 1;
    before = node.start;
    return { value: JSON.parse(slice(state.events, node)), line };
  });
}

// A list, or the events one after the other, as files of JSON lines have them.
function readEvents(text) {
  const values = readValues(text);
  if (values.length === 1 && text[values[0].start] === "[") return values[0];
  const children = values.map((node, index) => ({ name: String(index), at: node.start, node }));
  return { start: values[0]?.start ?? 0, end: text.length, children: () => children };
}

function slice(text, node) {
  return text.slice(node.start, node.end);
}
