// @ts-check
/** The timeline: filter by kind, and load more below. */

import { toast } from "../../admin_mezzofy/toast.js";
import { entriesOf, parsed } from "./regions.js";
import { get, Problem } from "./send.js";
import { word } from "./words.js";

/** @param {HTMLElement} page */
export function wireTimeline(page) {
  page.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const link = target?.closest("a[data-kind], [data-more] a");
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    void follow(page, link);
  });
}

/**
 * @param {HTMLElement} page
 * @param {HTMLAnchorElement} link
 */
async function follow(page, link) {
  const place = link.closest("[data-region]");
  if (!(place instanceof HTMLElement) || place.getAttribute("aria-busy") === "true") return;
  place.setAttribute("aria-busy", "true");
  try {
    const { html } = await get(`${page.dataset.panels}timeline/${link.search}`);
    if (link.dataset.kind === undefined) append(place, parsed(html));
    else filter(place, parsed(html), link.dataset.kind);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    toast(problem.detail || word("unreachable"), "bad");
  } finally {
    place.removeAttribute("aria-busy");
  }
}

/**
 * @param {HTMLElement} place
 * @param {DocumentFragment} content
 * @param {string} kind
 */
function filter(place, content, kind) {
  place.replaceChildren(content);
  /** @type {HTMLElement | null} */ (place.querySelector(`a[data-kind="${kind}"]`))?.focus();
}

/**
 * @param {HTMLElement} place
 * @param {DocumentFragment} content
 */
function append(place, content) {
  const known = new Set(entriesOf(place).map((entry) => entry.dataset.entry));
  const older = entriesOf(content).filter((entry) => !known.has(entry.dataset.entry));
  const more = content.querySelector("[data-more]");
  const oldMore = place.querySelector("[data-more]");
  place.querySelector("[data-entries]")?.append(...older);
  if (more) oldMore?.replaceWith(more);
  else oldMore?.remove();
  // Whoever uses the keyboard goes on reading where the new entries begin.
  const first = older[0];
  if (first) first.tabIndex = -1;
  first?.focus({ preventScroll: true });
}
