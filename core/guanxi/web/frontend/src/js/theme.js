// Light, dark, or like the system. The cookie lets the server draw the next page right.

import { keep, on, onContent, within } from "./page.js";

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const chosen = root.dataset.theme;
  const theme = chosen === "auto" ? (system.matches ? "dark" : "light") : chosen;
  if (theme === root.dataset.bsTheme) return;
  root.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("guanxi:theme"));
}

function mark(scope) {
  for (const button of within(scope, "[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === root.dataset.theme));
  }
}

on("click", "[data-theme-choice]", (button) => {
  root.dataset.theme = button.dataset.themeChoice;
  keep("guanxi_theme", root.dataset.theme);
  apply();
  mark(document);
});
system.addEventListener("change", apply);
onContent(mark);
