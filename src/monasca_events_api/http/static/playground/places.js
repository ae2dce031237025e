/** Where in a text something stands that the service names by its path, `select.0.event_type`. */

const ENDS_A_KEY = /^(?:\.|: )/;

/** Return the offset to which *path* leads in a tree, as deep as it goes: what is missing is missed there. */
export function placeOf(tree, path) {
  return path === "" ? tree.start : deepest(tree, path, tree.start).at;
}

// A key may have dots itself, so each one that could be meant is followed.
function deepest(node, path, at) {
  let best = { at, left: path.length };
  for (const child of node.children()) {
    let found = best;
    if (path === child.name) found = { at: child.at, left: 0 };
    else if (path.startsWith(`${child.name}.`))
      found = deepest(child.node, path.slice(child.name.length + 1), child.at);
    if (found.left < best.left) best = found;
  }
  return best;
}

/** Return the path in a tree with which *text* begins, as deep as it goes; "" for none. A path ends at ": ". */
export function pathAtStart(tree, text) {
  let longest = "";
  // A key may have dots, colons and blanks, so only the keys that there are tell where it ends.
  for (const { name, node } of tree?.children() ?? []) {
    if (!text.startsWith(name)) continue;
    const rest = text.slice(name.length);
    if (!ENDS_A_KEY.test(rest)) continue;
    const below = rest.startsWith(".") ? pathAtStart(node, rest.slice(1)) : "";
    const path = below === "" ? name : `${name}.${below}`;
    if (path.length > longest.length) longest = path;
  }
  return longest;
}

/** Return the number of the line, from 1, in which *offset* lies. */
export function lineOf(text, offset) {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
