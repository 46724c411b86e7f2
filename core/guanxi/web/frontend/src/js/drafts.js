// data-draft="name" on a form: what is typed is kept in this tab until the form has been
// accepted, so a lost session or a closed window costs nothing; leaving with changes asks first.
//
// A draft is dropped when the page after its submit is a page of the shell without an error.
// Passwords, files and hidden fields are never kept, nor is what was left as the server sent it,
// so an old draft never undoes a colleague's newer change of another field. Drafts belong to one person.

import { meta, on, onContent, text, within } from "./page.js";
import { showFlash } from "./flashes.js";
import { isChanged, read, write } from "./fields.js";

const prefix = `guanxi:draft:${meta("draft-owner")}:`;
const sentKey = `guanxi:sent:${meta("draft-owner")}`;
const changed = new Set();

const keyOf = (form) => prefix + form.dataset.draft;
const keepable = (field) => field.name && !["password", "file", "hidden", "submit"].includes(field.type);
const fieldsOf = (form) => [...form.elements].filter(keepable);

// Entries of position, name and value; the name guards against a form that has changed since.
function snapshot(form) {
  return fieldsOf(form).map((field, position) => [position, field.name, read(field)]);
}

function restore(form, entries) {
  const fields = fieldsOf(form);
  for (const [position, name, value] of entries) {
    if (fields[position]?.name === name) write(fields[position], value);
  }
}

function save(form) {
  changed.add(form);
  const fields = fieldsOf(form);
  const typed = snapshot(form).filter(([position]) => isChanged(fields[position]));
  sessionStorage.setItem(keyOf(form), JSON.stringify(typed));
}

function forget(form) {
  changed.delete(form);
  sessionStorage.removeItem(keyOf(form));
}

function bringBack(form) {
  const stored = sessionStorage.getItem(keyOf(form));
  if (!stored) return;
  const before = snapshot(form);
  restore(form, JSON.parse(stored));
  if (JSON.stringify(snapshot(form)) === JSON.stringify(before)) return;
  changed.add(form);
  const discard = () => {
    restore(form, before);
    forget(form);
  };
  showFlash(text("restored"), "warning", { label: text("discard"), run: discard });
}

// The page after a submit tells whether it was accepted: the sign-in page and a page with the
// form and an error in it keep the draft, anything else drops it.
function settleSent() {
  const name = sessionStorage.getItem(sentKey);
  if (name === null || document.body.classList.contains("bare")) return;
  sessionStorage.removeItem(sentKey);
  const form = document.querySelector(`form[data-draft="${CSS.escape(name)}"]`);
  const refused = form?.querySelector("[aria-invalid], [role=alert]") || document.querySelector(".flash-danger");
  if (!refused) sessionStorage.removeItem(prefix + name);
}

settleSent();
onContent((root) => within(root, "form[data-draft]").forEach(bringBack));
on("input", "form[data-draft]", save);
on("change", "form[data-draft]", save);
on("reset", "form[data-draft]", forget);
on("submit", "form[data-draft]", (form, event) => {
  if (event.defaultPrevented) return;
  sessionStorage.setItem(sentKey, form.dataset.draft);
  changed.delete(form);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt?.closest?.("form[data-draft]");
  if (form && detail.successful && detail.requestConfig.verb !== "get") forget(form);
});
window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});
