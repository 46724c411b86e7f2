// A form is sent once: a second click while the answer is under way does nothing.
// After some seconds it may be sent again, since a download never leaves the page.

const quietTime = 4000;

function release(form) {
  delete form.dataset.busy;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if ("busy" in form.dataset) return event.preventDefault();
  form.dataset.busy = "";
  setTimeout(release, quietTime, form);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt?.closest?.("form");
  if (form) release(form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(release));
