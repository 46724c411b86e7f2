// The builder of rules: what was picked from a list is told on its button, an open list closes
// when one goes on, and leaving with changes asks first. Everything else is htmx.

const form = () => document.getElementById("segment-form");
let changed = false;

function tell(pick) {
  const text = pick.querySelector("[data-pick-text]");
  const chosen = [...pick.querySelectorAll("input:checked")].map((box) => box.labels[0].textContent.trim());
  text.textContent = chosen.join(", ") || text.dataset.nothing;
  pick.toggleAttribute("data-chosen", chosen.length > 0);
}

document.addEventListener("change", (event) => {
  if (event.target.closest?.("#segment-form")) changed = true;
  const pick = event.target.closest?.("[data-pick]");
  if (pick) tell(pick);
});

function closeOthers(inside) {
  for (const open of document.querySelectorAll("[data-pick][open]")) {
    if (!open.contains(inside)) open.open = false;
  }
}

document.addEventListener("click", (event) => closeOthers(event.target));
document.addEventListener("focusin", (event) => closeOthers(event.target));
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.("[data-pick][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("submit", (event) => {
  if (event.target === form()) changed = false;
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt?.name === "act") changed = true;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
