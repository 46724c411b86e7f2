// The sidebar: folded to icons on a wide window, a drawer on a narrow one.

import { keep, on, onContent, within } from "./page.js";

const root = document.documentElement;
const narrow = matchMedia("(max-width: 991.98px)");
const rest = () => [...document.querySelectorAll(".main, .skip-link")];

export function foldSidebar() {
  if (narrow.matches) return;
  const folded = root.dataset.sidebar !== "folded";
  if (folded) root.dataset.sidebar = "folded";
  else delete root.dataset.sidebar;
  keep("guanxi_sidebar", folded ? "folded" : "open");
  markFold(document);
}

function markFold(scope) {
  for (const button of within(scope, "[data-sidebar-fold]")) {
    button.setAttribute("aria-expanded", String(root.dataset.sidebar !== "folded"));
  }
}

// While the drawer is open the page behind it takes no focus.
function setDrawer(open) {
  document.body.classList.toggle("sidebar-is-open", open);
  const opener = document.querySelector("[data-sidebar-open]");
  opener?.setAttribute("aria-expanded", String(open));
  rest().forEach((part) => (part.inert = open));
  if (open) document.querySelector(".sidebar-close").focus();
  else opener?.focus();
}

on("click", "[data-sidebar-fold]", foldSidebar);
on("click", "[data-sidebar-open]", () => setDrawer(true));
on("click", "[data-sidebar-close]", () => setDrawer(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("sidebar-is-open")) setDrawer(false);
});
narrow.addEventListener("change", () => {
  if (document.body.classList.contains("sidebar-is-open")) setDrawer(false);
});
onContent(markFold);
