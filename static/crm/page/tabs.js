// @ts-check
/** The tabs of the page. Each is also a link; with scripts it is fetched when it is first opened. */

import { toast } from "../../admin_mezzofy/toast.js";
import { parsed } from "./regions.js";
import { get, Problem } from "./send.js";
import { word } from "./words.js";

/** The form is Django's own page: it is loaded whole. */
const WHOLE_PAGE = "edit";
/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/**
 * @param {HTMLElement} page
 * @returns {(name: string) => Promise<void>} opens a tab by its name
 */
export function wireTabs(page) {
  const list = /** @type {HTMLElement} */ (page.querySelector("[data-tabs]"));
  const tabs = /** @type {HTMLElement[]} */ (Array.from(list.querySelectorAll("[data-tab]")));
  const open = (/** @type {string} */ name) => activate(page, tabs, name);
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", tab.dataset.tab ?? "");
    page.querySelector(`[data-panel="${tab.dataset.tab}"]`)?.setAttribute("role", "tabpanel");
  }
  mark(page, tabs, page.dataset.opened ?? "");
  list.addEventListener("click", (event) => {
    const tab = event.target instanceof Element ? event.target.closest("[data-tab]") : null;
    if (!(tab instanceof HTMLElement) || isModified(event)) return;
    event.preventDefault();
    void open(tab.dataset.tab ?? "");
  });
  list.addEventListener("keydown", (event) => moveFocus(event, tabs));
  addEventListener("hashchange", () => followHash(tabs, open));
  followHash(tabs, open);
  return open;
}

/**
 * @param {HTMLElement} page
 * @param {HTMLElement[]} tabs
 * @param {string} name
 */
async function activate(page, tabs, name) {
  const panel = page.querySelector(`[data-panel="${name}"]`);
  if (!(panel instanceof HTMLElement)) return;
  const isLoaded = panel.hasAttribute("data-loaded");
  if (!isLoaded && name === WHOLE_PAGE) return location.assign(`?tab=${name}#${name}`);
  mark(page, tabs, name);
  history.replaceState(null, "", `?tab=${name}#${name}`);
  if (!isLoaded) await load(page, panel, name);
}

/**
 * @param {HTMLElement} page
 * @param {HTMLElement} panel
 * @param {string} name
 */
async function load(page, panel, name) {
  const place = panel.querySelector("[data-region]");
  panel.setAttribute("aria-busy", "true");
  try {
    const { html } = await get(`${page.dataset.panels}${name}/`);
    place?.replaceChildren(parsed(html));
    panel.setAttribute("data-loaded", "");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    toast(problem.detail || word("unreachable"), "bad");
  } finally {
    panel.removeAttribute("aria-busy");
  }
}

/**
 * @param {HTMLElement} page
 * @param {HTMLElement[]} tabs
 * @param {string} name
 */
function mark(page, tabs, name) {
  for (const tab of tabs) {
    const isOpen = tab.dataset.tab === name;
    tab.removeAttribute("aria-current");
    tab.setAttribute("aria-selected", String(isOpen));
    tab.tabIndex = isOpen ? 0 : -1;
    const panel = page.querySelector(`[data-panel="${tab.dataset.tab}"]`);
    if (panel instanceof HTMLElement) panel.hidden = !isOpen;
  }
}

/**
 * @param {HTMLElement[]} tabs
 * @param {(name: string) => Promise<void>} open
 */
function followHash(tabs, open) {
  const name = location.hash.slice(1);
  const tab = tabs.find((one) => one.dataset.tab === name);
  if (tab && tab.getAttribute("aria-selected") !== "true") void open(name);
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} tabs
 */
function moveFocus(event, tabs) {
  const step = STEPS[event.key];
  const here = tabs.indexOf(/** @type {HTMLElement} */ (event.target));
  if (here < 0 || (!step && event.key !== " ")) return;
  event.preventDefault();
  const next = tabs[(here + (step ?? 0) + tabs.length) % tabs.length];
  if (step) next.focus();
  else next.click();
}

/** @param {MouseEvent} event */
function isModified(event) {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
}
