// data-autofocus: what needs attention first (the summary of a form's errors) takes the focus,
// so that a screen reader reads it and the window shows it.

import { onContent, within } from "./page.js";

onContent((root) => within(root, "[data-autofocus]")[0]?.focus());
