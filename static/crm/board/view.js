// @ts-check
/** The columns on the screen: brought in line with the store, card by card, so that focus and scrolling stay. */

import { fillCard, newSlot } from "./card.js";
import { arrange, byId, h, mayAnimate } from "./dom.js";
import { Folding } from "./folding.js";
import { number, sums, t } from "./words.js";

const MOVE_MS = 220;

/** @typedef {import("./store.js").Store} Store */
/** @typedef {{section: HTMLElement, count: HTMLElement, sums: HTMLElement, weighted: HTMLElement, list: HTMLElement, empty: HTMLElement, more: HTMLButtonElement}} Parts */

export class View {
  /** @type {Map<string, Parts>} */
  columns = new Map();
  /** @type {Map<string, HTMLElement>} */
  #slots = new Map();
  #board = byId("board");
  /** Only cards need room. @type {Folding|null} */
  #folding = null;

  /**
   * @param {Store} store
   * @param {string} today
   * @param {(status: string) => void} onMore
   */
  constructor(store, today, onMore) {
    this.store = store;
    this.today = today;
    for (const status of store.columns.keys()) this.columns.set(status, this.#column(status, onMore));
    this.#board.replaceChildren(...[...this.columns.values()].map((parts) => parts.section));
    if (!store.isSummary) this.#folding = new Folding(this.columns, (status) => store.column(status).label);
    this.draw();
  }

  /** Bring everything in line with the store; cards that change their place slide there. */
  draw() {
    const before = mayAnimate() ? this.#places() : null;
    const kept = new Set();
    for (const [status, column] of this.store.columns) {
      this.#drawHead(status);
      const slots = column.cards.map((card) => {
        kept.add(card.id);
        return this.#slot(card, column.label);
      });
      const parts = this.parts(status);
      arrange(parts.list, slots);
      parts.empty.hidden = slots.length > 0;
      parts.more.hidden = !column.next;
    }
    for (const id of this.#slots.keys()) if (!kept.has(id)) this.#slots.delete(id);
    this.#keepReachable();
    this.#suggestIndustries();
    if (before) this.#slide(before);
  }

  /** @param {string} status */
  parts(status) {
    return /** @type {Parts} */ (this.columns.get(status));
  }

  /** @param {string} id */
  slot(id) {
    return this.#slots.get(id) ?? null;
  }

  /**
   * Make one card the one that Tab leads to in its column, and go there.
   * @param {Element|null|undefined} slot
   */
  focus(slot) {
    const card = slot?.querySelector(".kb-card");
    if (!(card instanceof HTMLElement)) return;
    this.#folding?.reveal(card);
    this.makeReachable(slot);
    card.focus();
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {Element|null|undefined} slot */
  makeReachable(slot) {
    for (const other of slot?.parentElement?.children ?? []) reach(other, other === slot);
  }

  /** @param {string} id */
  flash(id) {
    const slot = this.slot(id);
    slot?.classList.remove("is-new");
    // Reading a size makes the browser notice that the class was gone, so that the animation runs again.
    void slot?.offsetWidth;
    slot?.classList.add("is-new");
  }

  /** @param {boolean} isBusy */
  setBusy(isBusy) {
    this.#board.setAttribute("aria-busy", String(isBusy));
  }

  /**
   * Show which columns would take a card of this stage; null: all as usual.
   * @param {string[]|null} ways
   */
  showWays(ways) {
    for (const [status, parts] of this.columns) {
      parts.section.classList.toggle("is-closed", ways !== null && !ways.includes(status));
      parts.section.classList.toggle("is-open", ways !== null && ways.includes(status));
    }
  }

  /** @param {import("./types.js").Card} card @param {string} label */
  #slot(card, label) {
    const slot = this.#slots.get(card.id) ?? newSlot(card.id);
    this.#slots.set(card.id, slot);
    fillCard(slot, card, { label, today: this.today, mayMove: this.store.mayMove });
    return slot;
  }

  /** Tab leads to one card of each column; from there arrow keys go on. */
  #keepReachable() {
    for (const { list } of this.columns.values()) {
      if (!list.querySelector('.kb-card[tabindex="0"]')) this.makeReachable(list.firstElementChild);
    }
  }

  /** Those of the cards on the page; there are more, but these are the likely ones. */
  #suggestIndustries() {
    const list = document.getElementById("industries");
    const cards = [...this.store.columns.values()].flatMap((column) => column.cards);
    const names = [...new Set(cards.map((card) => card.industry).filter(Boolean))].sort();
    list?.replaceChildren(...names.map((name) => h("option", { value: name })));
  }

  #places() {
    return new Map([...this.#slots].map(([id, slot]) => [id, slot.getBoundingClientRect()]));
  }

  /** @param {Map<string, DOMRect>} before */
  #slide(before) {
    for (const [id, slot] of this.#slots) {
      const [from, to] = [before.get(id), slot.getBoundingClientRect()];
      if (!from || from.width === 0) continue;
      const [x, y] = [from.left - to.left, from.top - to.top];
      if (Math.abs(x) + Math.abs(y) < 2) continue;
      slot.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: MOVE_MS, easing: "ease-out" });
    }
  }

  /** @param {string} status */
  #drawHead(status) {
    const column = this.store.column(status);
    const parts = this.parts(status);
    // Of a number that is a least one, what was loaded since counts too.
    const count = number(column.is_exact ? column.count : Math.max(column.count, column.cards.length));
    parts.count.textContent = column.is_exact ? count : t("count_more", { count });
    parts.count.title = t(column.is_exact ? "count_title" : "count_more_title", { count });
    const known = sums(column.values, true);
    parts.sums.textContent = column.is_exact ? known || t("no_value") : t("sum_unknown");
    parts.sums.title = sums(column.values);
    const isWeighed = known !== "" && column.probability > 0 && column.probability < 100;
    parts.weighted.textContent = isWeighed ? t("weighted", { sums: sums(column.weighted, true) }) : "";
    parts.weighted.title = t("weighted_title", { percent: column.probability });
  }

  /**
   * @param {string} status
   * @param {(status: string) => void} onMore
   * @returns {Parts}
   */
  #column(status, onMore) {
    const { label } = this.store.column(status);
    const titleId = `stage-${status}`;
    const count = h("span", { class: "kb-count" });
    const sumLine = h("p", { class: "kb-sums" });
    const weighted = h("p", { class: "kb-weighted mz-muted" });
    const list = h("ol", { class: "kb-cards", "data-status": status, "aria-labelledby": titleId });
    const empty = h("p", { class: "kb-empty mz-muted" }, t("column_empty"));
    const more = h("button", { type: "button", class: "mz-btn mz-btn-small kb-more" }, t("more"));
    more.addEventListener("click", () => onMore(status));
    const head = h("header", { class: "kb-column-head" }, h("h2", { id: titleId }, label), count, sumLine, weighted);
    const body = this.store.isSummary ? [] : [h("div", { class: "kb-column-body" }, list, empty, more)];
    const section = h("section", { class: "kb-column", "data-status": status, "aria-labelledby": titleId }, head, ...body);
    return { section, count, sums: sumLine, weighted, list, empty, more };
  }
}

/**
 * @param {Element} slot
 * @param {boolean} isReachable by Tab, with its link and its button
 */
function reach(slot, isReachable) {
  for (const part of slot.querySelectorAll("[tabindex]")) part.setAttribute("tabindex", isReachable ? "0" : "-1");
}
