// Runs before the first paint, so that neither the theme nor the sidebar jumps.
// The server has written data-theme from the cookie; only "auto" needs the browser.

{
  const root = document.documentElement;

  if (root.dataset.theme === "auto") {
    root.dataset.bsTheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  if (/(?:^|; )guanxi_sidebar=folded/.test(document.cookie)) {
    root.dataset.sidebar = "folded";
  }
}
