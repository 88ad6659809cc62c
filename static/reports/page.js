// @ts-check
/** A report page: pictures, sorting, files. Without it, the page is whole but still. */

import { drawCharts } from "./charts.js";
import { offerExports } from "./exports.js";
import { showDaysWhenChosen } from "./filters.js";
import { makeSortable } from "./tables.js";

/** @param {string} id of a script that carries JSON */
function carried(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

const settings = carried("report-settings");
const report = document.querySelector(".report");
if (report instanceof HTMLElement && settings) {
  showDaysWhenChosen(report);
  for (const table of report.querySelectorAll("table[data-sortable]")) {
    makeSortable(/** @type {HTMLTableElement} */ (table));
  }
  offerExports(report, settings);
  drawCharts(report, carried("report-charts") ?? {}, settings.colours);
  report.dataset.ready = "true";
}
