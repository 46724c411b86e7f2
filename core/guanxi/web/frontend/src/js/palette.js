// Quick search: Ctrl/⌘-K or "/". A combobox whose list the server answers as HTML.
// Focus stays in the input; aria-activedescendant names the chosen option.

import { on } from "./page.js";

const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const found = palette?.querySelector("[data-palette-found]");
let running = null;
let waiting = 0;

export function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  input.select();
  refresh();
}

// The list itself may be hidden because nothing was found a moment ago; that says nothing about its options.
const isOffered = (option) => !option.closest('[role="option"][hidden], [role="group"][hidden]');
const options = () => [...palette.querySelectorAll('[role="option"]')].filter(isOffered);

function choose(option) {
  for (const other of palette.querySelectorAll('[aria-selected="true"]')) other.setAttribute("aria-selected", "false");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.id ||= `palette-option-${options().indexOf(option)}-${Date.now()}`;
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(all[(at + step + all.length) % all.length]);
}

// Pages and actions of the menu are filtered here; people and records come from the server.
function filterCommands(query) {
  const wanted = query.toLocaleLowerCase();
  for (const group of palette.querySelectorAll('[data-palette-commands] [role="group"]')) {
    const own = [...group.querySelectorAll('[role="option"]')];
    for (const option of own) option.hidden = !option.textContent.toLocaleLowerCase().includes(wanted);
    group.hidden = own.every((option) => option.hidden);
  }
}

async function fetchFound(query) {
  running?.abort();
  running = new AbortController();
  const address = new URL(palette.dataset.searchUrl, location.href);
  address.searchParams.set("q", query);
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: running.signal });
  if (!answer.ok) throw new Error(`search answered ${answer.status}`);
  return answer.text();
}

function show({ failed = false } = {}) {
  palette.querySelector("[data-palette-failed]").hidden = !failed;
  palette.querySelector("[data-palette-empty]").hidden = failed || options().length > 0;
  palette.querySelector(".palette-list").hidden = options().length === 0;
  for (const option of options()) option.setAttribute("aria-selected", "false");
  choose(options()[0]);
}

async function refresh() {
  const query = input.value.trim();
  filterCommands(query);
  if (!query || !palette.dataset.searchUrl) {
    running?.abort();
    found.replaceChildren();
    return show();
  }
  try {
    const answer = await fetchFound(query);
    found.innerHTML = answer;
    show();
  } catch (error) {
    if (error.name === "AbortError") return;
    found.replaceChildren();
    show({ failed: true });
  }
}

const keys = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => palette.querySelector('[aria-selected="true"]')?.click(),
};

input?.addEventListener("keydown", (event) => {
  if (!keys[event.key] || event.isComposing) return;
  event.preventDefault();
  keys[event.key]();
});
input?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 120);
});
palette?.addEventListener("mousemove", (event) => {
  const option = event.target.closest('[role="option"]');
  if (option) choose(option);
});
palette?.addEventListener("click", (event) => {
  if (event.target.closest('[role="option"]')) palette.close();
});
on("click", "[data-palette-open]", openPalette);
