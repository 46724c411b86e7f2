// The script of every page. Each module is one behaviour and is bound by data attributes,
// so pages need no script of their own; what htmx swaps in behaves like the rest.

import "@tabler/core/js/src/bootstrap/dropdown";
import "@tabler/core/js/src/bootstrap/tab";

import "./js/requests.js";
import "./js/theme.js";
import "./js/sidebar.js";
import "./js/dialogs.js";
import "./js/confirm.js";
import "./js/palette.js";
import "./js/shortcuts.js";
import "./js/rows.js";
import "./js/drafts.js";
import "./js/submits.js";
import "./js/focus.js";
import "./js/flashes.js";
import "./js/filters.js";
import "./js/selection.js";
import "./js/copy.js";
import "./js/times.js";
import "./js/numbers.js";
import "./js/chart-loader.js";
