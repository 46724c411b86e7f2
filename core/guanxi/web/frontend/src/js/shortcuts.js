// Keyboard shortcuts. Ctrl/⌘-K always works; single keys can be switched off (WCAG 2.1.4).

import { isTyping, on } from "./page.js";
import { openPalette } from "./palette.js";
import { foldSidebar } from "./sidebar.js";
import { moveRow } from "./rows.js";

const stored = "guanxi:single-keys";
const singleKeysOn = () => localStorage.getItem(stored) !== "off";
const overlay = document.getElementById("shortcuts");

const single = {
  "/": openPalette,
  "?": () => overlay?.showModal(),
  "[": foldSidebar,
  j: () => moveRow(1),
  k: () => moveRow(-1),
};

function submitForm(target) {
  target.closest?.("form")?.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  if (command && event.key === "Enter" && isTyping(event.target)) return submitForm(event.target);
  if (command || event.altKey || isTyping(event.target) || !singleKeysOn()) return;
  if (!single[event.key] || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  single[event.key]();
});

on("change", "[data-single-keys]", (box) => localStorage.setItem(stored, box.checked ? "on" : "off"));

for (const box of document.querySelectorAll("[data-single-keys]")) box.checked = singleKeysOn();

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-modifier-key]")) key.textContent = "⌘";
}
