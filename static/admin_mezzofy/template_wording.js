// @ts-check
/** The form of a template's texts: parts change places, placeholders are put in, and the preview follows. */

import { Problem, post } from "./http.js";
import { showFailure, showPreview } from "./template_pages.js";

/** Long enough for a word to be finished. */
const PAUSE_MS = 600;

const form = document.querySelector("form[data-wording]");
const stage = document.querySelector("[data-live]");
if (form instanceof HTMLFormElement && stage instanceof HTMLElement) begin(form, stage);

/**
 * @param {HTMLFormElement} texts
 * @param {HTMLElement} live
 */
function begin(texts, live) {
  const draw = follower(texts, live);
  texts.addEventListener("input", (event) => {
    if (!(event.target instanceof Element) || !event.target.matches("[data-insert], [name=note]")) draw(PAUSE_MS);
  });
  for (const part of texts.querySelectorAll("[data-moves]")) part.removeAttribute("hidden");
  texts.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-move]") : null;
    if (button instanceof HTMLButtonElement && moved(button)) draw(0);
  });
  offerPlaceholders(texts, () => draw(0));
  ends(texts);
  warnOfLoss(texts);
  draw(0);
}

/**
 * One drawing at a time: what changes meanwhile is drawn after it.
 * @param {HTMLFormElement} texts
 * @param {HTMLElement} live
 */
function follower(texts, live) {
  let timer = 0;
  let drawing = false;
  let changed = false;

  async function run() {
    if (drawing) {
      changed = true;
      return;
    }
    drawing = true;
    live.setAttribute("aria-busy", "true");
    do {
      changed = false;
      try {
        showPreview(live, await post(texts.dataset.wording ?? "", new FormData(texts)));
      } catch (error) {
        showFailure(live, error instanceof Problem ? error.detail : "");
      }
    } while (changed);
    drawing = false;
  }

  return (/** @type {number} */ pause) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void run(), pause);
  };
}

/**
 * @param {HTMLButtonElement} button
 * @returns {boolean} whether the part had where to go
 */
function moved(button) {
  const part = button.closest("fieldset");
  const isUp = button.dataset.move === "up";
  const other = isUp ? part?.previousElementSibling : part?.nextElementSibling;
  if (!part || !isNeighbour(part, other)) return false;
  if (isUp) other.before(part);
  else other.after(part);
  ends(part.form);
  button.focus();
  return true;
}

/**
 * @param {HTMLElement} part
 * @param {Element|null|undefined} other
 * @returns {other is HTMLElement}
 */
function isNeighbour(part, other) {
  return other instanceof HTMLElement && Boolean(part.dataset.group) && other.dataset.group === part.dataset.group;
}

/**
 * The first part cannot go up, nor the last one down. They stay in the order of the tab key.
 * @param {HTMLFormElement|null} texts
 */
function ends(texts) {
  for (const button of texts?.querySelectorAll("[data-move]") ?? []) {
    const part = button.closest("fieldset");
    const other = button.getAttribute("data-move") === "up" ? part?.previousElementSibling : part?.nextElementSibling;
    button.setAttribute("aria-disabled", String(!part || !isNeighbour(part, other)));
  }
}

/**
 * @param {HTMLFormElement} texts
 * @param {() => void} done
 */
function offerPlaceholders(texts, done) {
  const choice = texts.querySelector("[data-insert]");
  if (!(choice instanceof HTMLSelectElement)) return;
  choice.closest("[data-insertable]")?.removeAttribute("hidden");
  /** @type {HTMLTextAreaElement|null} */
  let last = texts.querySelector("textarea");
  texts.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLTextAreaElement) last = event.target;
  });
  choice.addEventListener("change", () => {
    if (!last || !choice.value) return;
    last.setRangeText(choice.value, last.selectionStart, last.selectionEnd, "end");
    choice.value = "";
    last.focus();
    done();
  });
}

/** @param {HTMLFormElement} texts */
function warnOfLoss(texts) {
  let changed = false;
  texts.addEventListener("input", () => { changed = true; });
  texts.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
