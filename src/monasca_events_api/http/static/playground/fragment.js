/** What was typed, in the fragment of the address: `#z=` packed, `#p=` plain where a browser cannot pack. */

const TEXTS = ["specification", "definition", "events", "until"];
const MODES = ["transform", "streams"];
const LONGEST_TEXT = 20_000_000; // a small link can be unpacked to gigabytes
/** Characters; browsers have room for two million, some for half of that. */
export const LONGEST = 900_000;

export class BrokenLink extends Error {}

/** Return the fragment that bears *state*, with its `#`. */
export async function written(state) {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  if (typeof CompressionStream === "undefined") return `#p=${base64(bytes)}`;
  return `#z=${base64(await through(bytes, new CompressionStream("deflate")))}`;
}

/** Return the state that *fragment* bears, null for none. Throws BrokenLink. */
export async function read(fragment) {
  if (fragment === "" || fragment === "#") return null;
  try {
    const bytes = bytesOf(fragment.slice(3));
    const plain = kindOf(fragment) === "p" ? bytes : await through(bytes, new DecompressionStream("deflate"));
    return checked(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(plain)));
  } catch (error) {
    throw new BrokenLink("This link is broken: it was cut or changed on its way. Ask for it again.", { cause: error });
  }
}

function kindOf(fragment) {
  const kind = /^#([pz])=/.exec(fragment)?.[1];
  if (!kind) throw new TypeError("no link of this page");
  return kind;
}

function checked(state) {
  const isRight =
    MODES.includes(state?.mode) &&
    typeof state.distil === "boolean" &&
    TEXTS.every((name) => typeof state[name] === "string");
  if (!isRight) throw new TypeError("no state of this page");
  return state;
}

async function through(bytes, stream) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const pieces = [];
  let size = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    size += value.length;
    if (size > LONGEST_TEXT) {
      await reader.cancel();
      throw new RangeError("too long");
    }
    pieces.push(value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

// URLs have no place for + and /, and = is not needed.
function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}
