// data-confirm="question" on a form, link or button asks before the action goes ahead.
// Works for plain submits, links and htmx requests (hx-confirm is asked the same way).

const allowed = new WeakSet();

/** Ask in the confirm dialog; resolves to true when the person goes on. */
export function ask(question, { danger = false, button = "" } = {}) {
  const dialog = document.getElementById("confirm-dialog");
  const accept = dialog.querySelector("[data-confirm-accept]");
  dialog.querySelector("#confirm-title").textContent = question;
  accept.textContent = button || accept.dataset.text;
  accept.classList.toggle("btn-danger", danger);
  accept.classList.toggle("btn-primary", !danger);
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "confirm"), { once: true });
  });
}

function askFor(element) {
  const { confirm, confirmTone, confirmButton } = element.dataset;
  return ask(confirm, { danger: confirmTone === "danger", button: confirmButton });
}

async function holdBack(event, element, goOn) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await askFor(element))) return;
  allowed.add(element);
  goOn();
  allowed.delete(element);
}

document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    const element = submitter?.dataset.confirm ? submitter : form;
    if (!element.dataset.confirm || allowed.has(element)) return;
    holdBack(event, element, () => form.requestSubmit(submitter));
  },
  true,
);

// Buttons that submit are asked at the submit, after the form has been found complete.
document.addEventListener(
  "click",
  (event) => {
    const element = event.target.closest?.("a[data-confirm], button[data-confirm]");
    if (!element || allowed.has(element) || (element.form && element.type === "submit")) return;
    holdBack(event, element, () => element.click());
  },
  true,
);

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question)) event.detail.issueRequest(true);
});
