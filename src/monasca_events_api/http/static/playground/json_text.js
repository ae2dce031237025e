/**
 * JSON text, read to a tree that knows where everything stands, in the same words in every browser.
 *
 * A node has `start` and `end` (offsets) and `children()`, a list of `{name, at, node}`.
 */

const DEEPEST = 250; // as the service reads
const BLANK = /[ \t\n\r]*/y;
const PLAIN = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
const STRING = /"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"/y;

export class NotJson extends Error {
  constructor(offset, message) {
    super(message);
    this.offset = offset;
  }
}

/** Read one value, and nothing behind it. Throws NotJson. */
export function readValue(text) {
  const [value, more] = readValues(text);
  if (value === undefined) throw new NotJson(0, "There is no JSON here yet");
  if (more !== undefined) throw new NotJson(more.start, "Not JSON: something stands behind the end");
  return value;
}

/** Read the values that stand one after the other, as in a file of JSON lines. Throws NotJson. */
export function readValues(text) {
  const reader = new Reader(text);
  const found = [];
  while (reader.more()) found.push(reader.value(0));
  return found;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = text.startsWith("\ufeff") ? 1 : 0;
  }

  more() {
    this.taken(BLANK);
    return this.at < this.text.length;
  }

  value(depth) {
    if (depth > DEEPEST) throw new NotJson(this.at, `Nested deeper than ${DEEPEST}`);
    if (!this.more()) this.refuse("a value");
    const start = this.at;
    const found = this.text[start];
    let children = [];
    if (found === "{") children = this.all("}", () => this.member(depth));
    else if (found === "[") children = this.all("]", (index) => this.item(index, depth));
    else if (found === '"') this.string();
    else if (!this.taken(PLAIN)) this.refuse("a value");
    return { start, end: this.at, children: () => children };
  }

  all(close, one) {
    const found = [];
    const keys = new Set();
    this.at += 1;
    if (this.more() && this.text[this.at] === close) this.at += 1;
    else {
      for (let next = ","; next === ","; next = this.separator(close)) {
        const child = one(found.length);
        if (keys.has(child.name)) throw new NotJson(child.at, `The key ${JSON.stringify(child.name)} stands twice`);
        keys.add(child.name);
        found.push(child);
      }
    }
    return found;
  }

  member(depth) {
    if (!this.more() || this.text[this.at] !== '"') this.refuse("a key in double quotes");
    const at = this.at;
    const name = JSON.parse(this.string());
    if (!this.more() || this.text[this.at] !== ":") this.refuse("a colon");
    this.at += 1;
    return { name, at, node: this.value(depth + 1) };
  }

  item(index, depth) {
    const node = this.value(depth + 1);
    return { name: String(index), at: node.start, node };
  }

  separator(close) {
    if (!this.more() || ![",", close].includes(this.text[this.at])) this.refuse(`a comma or ${close}`);
    this.at += 1;
    return this.text[this.at - 1];
  }

  string() {
    const found = this.taken(STRING);
    if (!found) throw new NotJson(this.at, "Not JSON: this text in quotes has no end, or what JSON has no place for");
    return found;
  }

  taken(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  refuse(wanted) {
    const here = this.at < this.text.length ? JSON.stringify(this.text[this.at]) : "the end";
    throw new NotJson(this.at, `Not JSON: ${wanted} is expected, here is ${here}`);
  }
}
