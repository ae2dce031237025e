"use strict";

const ui = SwaggerUIBundle({
  url: document.body.dataset.description,
  domNode: document.getElementById("description"),
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
