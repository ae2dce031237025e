/** The two calls of this page, and what went wrong with one, in words. */

// Beside this file, wherever a proxy has put it.
const API = new URL("../v2.0/", import.meta.url);

/**
 * Ask for a preview; *body* is JSON text. Returns `{answer}`, or `{refusal, faults}`: a sentence, and what the service
 * says of the body, each with `name` and `description`. Throws only when *signal* ends it.
 */
export async function preview(path, body, token, signal) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (/[^\x21-\x7e]/.test(token)) return refused("This is no token: it has blanks or letters that no token has.");
  if (token !== "") headers["X-Auth-Token"] = token;
  let response;
  let text;
  try {
    response = await fetch(new URL(path, API), { method: "POST", headers, body, signal, cache: "no-store" });
    text = await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    return refused(
      "The service cannot be reached. What you wrote is kept; the preview goes on when the connection is back.",
    );
  }
  const told = parsed(text);
  if (response.ok && told !== undefined) return { answer: told };
  return refused(sentence(response, told, token), response.status === 400 ? told?.errors : []);
}

function refused(refusal, faults = []) {
  return { refusal, faults };
}

function sentence(response, told, token) {
  switch (response.status) {
    case 400:
      return "The service finds faults.";
    case 401:
      return token === ""
        ? "This service wants a token. Enter one above, and the preview is there."
        : "The service does not take this token (401): it is wrong, or its time is over. Enter a new one above.";
    case 403:
      return "The token is good, but its role may not preview (403). Ask for the role that this service wants.";
    case 413:
      return `This is too much for one preview (413). ${told?.description ?? ""}`;
    case 503:
      return `The service cannot answer now (503): ${told?.description ?? "try again soon"}. Try again by “Preview now”.`;
    default:
      return unexpected(response, told);
  }
}

function unexpected(response, told) {
  const said = told?.description ?? "The answer is not the service's; something between may have given it";
  const id = told?.request_id ? ` (request ${told.request_id})` : "";
  return `The service answered ${response.status}. ${said}${id}.`;
}

function parsed(text) {
  try {
    return JSON.parse(text, asWritten);
  } catch {
    return undefined;
  }
}

// 1.0 is another group than 1, and an id may have more digits than a number of JavaScript.
function asWritten(_key, value, context) {
  const differs = typeof value === "number" && context?.source !== undefined && String(value) !== context.source;
  return differs && JSON.rawJSON ? JSON.rawJSON(context.source) : value;
}
