// htmx: the CSRF token with each request, no empty filters in addresses, failures said aloud.

import htmx from "htmx.org";
import { meta, text } from "./page.js";
import { showFlash } from "./flashes.js";

window.htmx = htmx;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = meta("csrf-token");
  if (detail.verb === "get") dropEmpty(detail.parameters);
});

function dropEmpty(parameters) {
  for (const name of Object.keys(parameters)) {
    if (parameters[name] === "") delete parameters[name];
  }
}

document.addEventListener("htmx:sendError", () => showFlash(text("unreachable"), "danger"));
document.addEventListener("htmx:timeout", () => showFlash(text("unreachable"), "danger"));
document.addEventListener("htmx:responseError", ({ detail }) => {
  const expired = detail.xhr.status === 401;
  showFlash(text(expired ? "signed_out" : "failed"), "danger");
});
