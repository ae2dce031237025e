"use strict";

const page = document.getElementById("description");

// Its own way to an operation ends with that below the header.
const scrollsAsTheBrowserDoes = {
  statePlugins: { layout: { wrapActions: { scrollToElement: () => (element) => element.scrollIntoView() } } },
};

const ui = SwaggerUIBundle({
  url: document.body.dataset.description,
  domNode: page,
  plugins: [scrollsAsTheBrowserDoes],
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => {
    const token = document.getElementById("token");
    const authorize = () => ui.preauthorizeApiKey("token", token.value.trim());
    token.addEventListener("input", authorize);
    // What was typed while the description was on its way.
    if (token.value) authorize();
  },
});

// What it leaves without a name for readers of the screen.
const NAMES = {
  "#servers": () => "Server",
  ".examples-select-element": () => "Example",
  ".body-param__text": () => "Request body",
  "tr[data-param-name] :is(input, select, textarea)": (field) => field.closest("tr").dataset.paramName,
  ".responses-table": (table) => `Responses of ${table.closest(".opblock").id.split("-").at(-1)}`,
};

function giveNames() {
  for (const [selector, name] of Object.entries(NAMES)) {
    for (const found of page.querySelectorAll(`:is(${selector}):not([aria-label])`)) {
      found.setAttribute("aria-label", name(found));
    }
  }
}

new MutationObserver(giveNames).observe(page, { childList: true, subtree: true });

const dark = matchMedia("(prefers-color-scheme: dark)");
const darken = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", darken);
darken();
