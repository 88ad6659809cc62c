// @ts-check
/** The filters above the board; they stand in the address of the page and are remembered for the next visit. */

import { byId } from "./dom.js";

const TYPING_MS = 300;
const NAMES = ["search", "owner", "source", "industry", "due", "old"];

export class Filters {
  #form = /** @type {HTMLFormElement} */ (byId("board-filters"));
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {string} user whose memory it is
   * @param {() => void} onChange
   */
  constructor(user, onChange) {
    this.key = `crm.board.${user}`;
    this.onChange = onChange;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
    this.#form.addEventListener("change", () => this.#apply());
    this.#form.addEventListener("input", (event) => this.#typed(event));
    byId("filter-clear").addEventListener("click", () => this.clear());
    addEventListener("popstate", () => this.use(location.search.slice(1)));
  }

  /** The filters that are set, as a query string. */
  get query() {
    const given = new URLSearchParams();
    for (const [name, value] of new FormData(this.#form)) {
      if (NAMES.includes(name) && String(value).trim()) given.set(name, String(value).trim());
    }
    return given.toString();
  }

  /** The filters of the last visit, when the address asks for none. True: there are some. */
  restore() {
    const known = sessionStorage.getItem(this.key);
    if (location.search || !known) return false;
    this.#fill(known);
    this.#remember();
    return this.query !== "";
  }

  /** @param {string} query */
  use(query) {
    this.#fill(query);
    this.#apply();
  }

  clear() {
    this.use("");
    this.#form.querySelector("input")?.focus();
  }

  /** @param {Event} event */
  #typed(event) {
    clearTimeout(this.#timer);
    const isText = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
    if (isText) this.#timer = setTimeout(() => this.#apply(), TYPING_MS);
  }

  #apply() {
    clearTimeout(this.#timer);
    if (this.#remember()) this.onChange();
  }

  /** Into the address and the memory. False: nothing is new. */
  #remember() {
    const query = this.query;
    byId("filter-clear").hidden = query === "";
    const isNew = query !== this.applied;
    this.applied = query;
    history.replaceState(history.state, "", query ? `?${query}` : location.pathname);
    sessionStorage.setItem(this.key, query);
    return isNew;
  }

  /** What the page shows. */
  applied = location.search.slice(1);

  /** @param {string} query */
  #fill(query) {
    const given = new URLSearchParams(query);
    for (const field of this.#form.elements) {
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = given.has(field.name);
      else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = given.get(field.name) ?? "";
    }
  }
}
