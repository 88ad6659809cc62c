// @ts-check
/** Says when somebody else changed the lead that the page shows. Nothing is replaced: somebody may be typing. */

import { Live } from "../live.js";
import { get, Problem } from "./send.js";
import { word } from "./words.js";

/** What this page changes itself is shown by then. */
const WAIT_MS = 800;

/** @param {HTMLElement} page */
export function wireChanges(page) {
  const bar = page.querySelector("[data-changes]");
  if (!(bar instanceof HTMLElement)) return;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  };
  const look = async () => {
    if (page.querySelector('form[aria-busy="true"]')) return soon();
    const text = await changeSince(`${bar.dataset.changes}?version=${encodeURIComponent(versionOf(page))}`);
    if (text !== null) show(bar, text);
  };
  new Live({ onState: () => {}, onLead: (id) => id === bar.dataset.lead && soon(), onReturn: soon });
}

/** @param {HTMLElement} page */
function versionOf(page) {
  const field = page.querySelector('[data-region="headline"] input[name="version"]');
  return field instanceof HTMLInputElement ? field.value : "";
}

/**
 * @param {string} url
 * @returns {Promise<string | null>} "": the page is as the lead is; null: not known
 */
async function changeSince(url) {
  try {
    return (await get(url)).message;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return problem.status === 404 ? problem.detail : null;
  }
}

/**
 * @param {HTMLElement} bar
 * @param {string} text
 */
function show(bar, text) {
  bar.replaceChildren(text);
  if (!text) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mz-btn mz-btn-small mz-row-end";
  button.textContent = word("reload_now");
  button.addEventListener("click", () => location.reload());
  bar.append(button);
}
