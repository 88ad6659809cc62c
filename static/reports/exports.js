// @ts-check
/** Files of the report: asked for, waited for, offered. Small ones are there before one looks for them. */

import { Problem, get, post } from "../admin_mezzofy/http.js";

const FIRST_LOOK_MS = 150;
const LONGEST_PAUSE_MS = 2_000;
const PAUSE_GROWTH = 1.4;

/**
 * @typedef {{exports: string, texts: Record<string, string>}} Settings
 * @typedef {{id: string, status: string, progress: string, error: string,
 *   file: null | {name: string, url: string}}} Export
 */

/**
 * Take over the export buttons of the page.
 * @param {HTMLElement} report
 * @param {Settings} settings
 */
export function offerExports(report, settings) {
  const form = report.querySelector(".report-export");
  const state = report.querySelector(".report-export-state");
  if (!(form instanceof HTMLFormElement) || !(state instanceof HTMLElement)) return;
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    wanted(form, state, settings, button, { format: button.value });
  });
  for (const button of report.querySelectorAll("[data-export-dataset]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    const body = { format: "csv", dataset: button.dataset.exportDataset };
    button.addEventListener("click", () => wanted(form, state, settings, button, body));
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} state
 * @param {Settings} settings
 * @param {HTMLButtonElement} button
 * @param {Record<string, unknown>} body
 */
async function wanted(form, state, settings, button, body) {
  button.disabled = true;
  say(state, "info", settings.texts.preparing);
  try {
    const begun = await post(settings.exports, { ...body, filters: filters(form) });
    const done = await finished(begun, (text) => say(state, "info", text || settings.texts.preparing));
    if (!done.file) say(state, "bad", done.error || settings.texts.failed);
    else offer(state, settings, done.file);
  } catch (error) {
    const known = error instanceof Problem;
    const text = known && error.unreachable ? settings.texts.unreachable : known ? error.detail : "";
    say(state, "bad", text || settings.texts.failed);
  } finally {
    button.disabled = false;
  }
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
function filters(form) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith("filter-")) found[name.slice("filter-".length)] = String(value);
  }
  return found;
}

/**
 * @param {Export} begun
 * @param {(text: string) => void} progress
 * @returns {Promise<Export>}
 */
async function finished(begun, progress) {
  let found = begun;
  let pause = FIRST_LOOK_MS;
  while (found.status !== "done" && found.status !== "failed") {
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_MS);
    found = await get(`/api/reports/exports/${found.id}`);
    progress(found.progress);
  }
  return found;
}

/**
 * @param {HTMLElement} state
 * @param {Settings} settings
 * @param {{name: string, url: string}} file
 */
function offer(state, settings, file) {
  say(state, "good", settings.texts.ready.replace("%(name)s", file.name));
  const link = document.createElement("a");
  link.href = file.url;
  link.textContent = settings.texts.download;
  link.setAttribute("download", "");
  state.append(link);
  link.click();
}

/**
 * @param {HTMLElement} state
 * @param {"info"|"good"|"bad"} tone
 * @param {string} text
 */
function say(state, tone, text) {
  state.hidden = false;
  state.dataset.tone = tone;
  if (state.textContent !== text) state.textContent = text;
}
