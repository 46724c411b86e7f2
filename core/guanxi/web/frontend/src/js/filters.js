// data-autosubmit: a form of filters sends itself. Typing sends only where htmx swaps the
// list, since a new page would take the cursor away; otherwise Enter does.

import { on } from "./page.js";

const timers = new WeakMap();

// While a year is typed its first digits make a date, too: 0002, 0020, 0202.
const isHalfADate = (field) => field.type === "date" && field.value.startsWith("0");

on("change", "form[data-autosubmit]", (form, { target }) => {
  if (isHalfADate(target)) return;
  if (target.type !== "search" || !form.hasAttribute("hx-get")) form.requestSubmit();
});
on("input", "form[data-autosubmit]", (form, { target }) => {
  if (target.type !== "search") return;
  clearTimeout(timers.get(form));
  if (form.hasAttribute("hx-get")) timers.set(form, setTimeout(() => form.requestSubmit(), 300));
});
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-autosubmit]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
