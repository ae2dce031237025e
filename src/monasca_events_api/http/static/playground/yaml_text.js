/** The tree of a specification, YAML or JSON, to find places in. Whether it is right, the service says. */

import { isAlias, isMap, isScalar, isSeq, parseDocument } from "./yaml.js";

const READING = { version: "1.1", logLevel: "silent", uniqueKeys: false, prettyErrors: false };

/** Read what can be read; null where that is nothing. */
export function readYaml(text) {
  try {
    const read = parseDocument(text, READING);
    return read.contents ? node(read.contents, read) : null;
  } catch {
    return null; // without places its faults are listed, not marked
  }
}

function node(found, read) {
  let known; // each value that does not convert asks anew
  return { start: found.range[0], end: found.range[1], children: () => (known ??= children(found, read)) };
}

function children(holder, read) {
  const found = isAlias(holder) ? holder.resolve(read) : holder;
  if (isSeq(found)) return found.items.filter(Boolean).map((item, index) => child(String(index), item, item, read));
  if (!isMap(found)) return [];
  const own = found.items.filter((pair) => isScalar(pair.key));
  // What stands in the mapping itself comes before what is merged.
  return own.sort((one, other) => isMerge(one) - isMerge(other)).flatMap((pair) => members(pair, read));
}

function members(pair, read) {
  if (!isMerge(pair)) return [child(textOf(pair.key), pair.key, pair.value ?? pair.key, read)];
  const merged = isSeq(pair.value) ? pair.value.items : [pair.value];
  return merged.flatMap((each) => children(each, read));
}

function child(name, place, value, read) {
  return { name, at: place.range[0], node: node(value, read) };
}

function isMerge(pair) {
  return textOf(pair.key) === "<<";
}

function textOf(key) {
  return key.source ?? String(key.value);
}
