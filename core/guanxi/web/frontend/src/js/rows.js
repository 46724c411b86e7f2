// J and K walk through the rows of the first table, from one record's link to the next.

/** Focus the link of the row that many steps away. */
export function moveRow(step) {
  const links = [...document.querySelectorAll("main .table-cards tbody .cell-primary a")];
  if (!links.length) return;
  const row = document.activeElement?.closest?.("tr");
  const at = links.findIndex((link) => link.closest("tr") === row);
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
}
