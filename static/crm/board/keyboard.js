// @ts-check
/** The board by keyboard: arrow keys walk, Space picks a card up and puts it down, Escape puts it back. */

import { byId } from "./dom.js";
import { t } from "./words.js";

/** @type {Record<string, [number, number]>} columns, rows */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keyboard {
  /** The card that is picked up, and where it would be put. @type {{id: string, status: string, index: number}|null} */
  #lifted = null;
  #voice = byId("board-say");

  /**
   * @param {import("./store.js").Store} store
   * @param {import("./view.js").View} view
   * @param {import("./moves.js").Moves} moves
   * @param {{hold: () => void, release: () => void}} pause of what others change on the page
   */
  constructor(store, view, moves, pause) {
    this.store = store;
    this.view = view;
    this.moves = moves;
    this.pause = pause;
    const board = byId("board");
    board.addEventListener("keydown", (event) => this.#press(event));
    board.addEventListener("focusout", (event) => this.#left(event));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(".kb-card")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const slot = /** @type {HTMLElement} */ (event.target.closest(".kb-slot"));
    const arrow = ARROWS[event.key];
    const isGrip = event.key === " " || event.key === "Enter";
    if (arrow && this.#lifted) this.#carry(...arrow);
    else if (arrow) this.#walk(slot, ...arrow);
    else if (isGrip && this.#lifted) this.#drop();
    else if (isGrip && this.store.mayMove) this.#lift(slot);
    else if (event.key === "Escape" && this.#lifted) this.#cancel();
    else return;
    event.preventDefault();
  }

  /** @param {HTMLElement} slot @param {number} columns @param {number} rows */
  #walk(slot, columns, rows) {
    if (rows) {
      this.view.focus(rows > 0 ? slot.nextElementSibling : slot.previousElementSibling);
      return;
    }
    const place = [...(slot.parentElement?.children ?? [])].indexOf(slot);
    const lists = [...this.view.columns.values()].map((parts) => parts.list);
    let next = lists.indexOf(/** @type {HTMLElement} */ (slot.parentElement)) + columns;
    while (lists[next] && !lists[next].children.length) next += columns;
    const found = lists[next]?.children;
    if (found) this.view.focus(found[Math.min(place, found.length - 1)]);
  }

  /** @param {HTMLElement} slot */
  #lift(slot) {
    const found = this.store.find(slot.dataset.id ?? "");
    if (!found) return;
    this.pause.hold();
    this.#lifted = { id: found.card.id, status: found.status, index: found.index };
    slot.classList.add("is-lifted");
    this.view.showWays(this.store.ways(found.status));
    this.#say("lifted");
  }

  /** @param {number} columns @param {number} rows */
  #carry(columns, rows) {
    const lifted = this.#lifted;
    if (!lifted) return;
    if (columns) {
      const status = this.#nextWay(lifted.status, columns);
      if (!status) return this.#say("no_way");
      lifted.status = status;
      lifted.index = Math.min(lifted.index, this.#others(status).length);
    } else {
      const index = lifted.index + rows;
      if (index < 0 || index > this.#others(lifted.status).length) return this.#say("no_way");
      lifted.index = index;
    }
    this.#show();
    this.#say("placed");
  }

  /** Put the card's element where it would be; the store knows of it when it is put down. */
  #show() {
    const lifted = this.#lifted;
    const slot = lifted && this.view.slot(lifted.id);
    if (!slot) return;
    const list = this.view.parts(lifted.status).list;
    list.insertBefore(slot, this.#others(lifted.status)[lifted.index] ?? null);
    this.#moving = true;
    this.view.focus(slot);
    this.#moving = false;
  }

  /** Moving an element takes the focus off it for a moment, which is not leaving. */
  #moving = false;

  async #drop() {
    const lifted = this.#lifted;
    if (!lifted) return;
    this.#say("dropped");
    this.#end();
    try {
      await this.moves.move(lifted.id, lifted.status, lifted.index);
    } finally {
      this.pause.release();
      this.view.focus(this.view.slot(lifted.id));
    }
  }

  #cancel() {
    const lifted = this.#lifted;
    if (!lifted) return;
    const home = this.store.find(lifted.id)?.status ?? lifted.status;
    this.#end();
    this.view.draw();
    this.pause.release();
    this.#voice.textContent = t("cancelled", { company: this.#company(lifted.id), stage: this.store.column(home).label });
    this.view.focus(this.view.slot(lifted.id));
  }

  #end() {
    if (this.#lifted) this.view.slot(this.#lifted.id)?.classList.remove("is-lifted");
    this.#lifted = null;
    this.view.showWays(null);
  }

  /** Whoever clicks somewhere else has let go of the card. @param {FocusEvent} event */
  #left(event) {
    const lifted = this.#lifted;
    if (!lifted || this.#moving || !event.relatedTarget) return;
    if (!this.view.slot(lifted.id)?.contains(/** @type {Node} */ (event.relatedTarget))) this.#cancel();
  }

  /**
   * The nearest column in that direction which takes the card.
   * @param {string} status
   * @param {number} step
   */
  #nextWay(status, step) {
    const home = this.store.find(this.#lifted?.id ?? "")?.status ?? status;
    const ways = this.store.ways(home);
    const order = [...this.store.columns.keys()];
    let next = order.indexOf(status) + step;
    while (order[next] && !ways.includes(order[next])) next += step;
    return order[next];
  }

  /** The other cards of a column, as they are on the page. @param {string} status */
  #others(status) {
    const slot = this.view.slot(this.#lifted?.id ?? "");
    return [...this.view.parts(status).list.children].filter((child) => child !== slot);
  }

  /** @param {string} id */
  #company(id) {
    return this.store.find(id)?.card.company ?? "";
  }

  /** @param {string} sentence */
  #say(sentence) {
    const lifted = this.#lifted;
    if (!lifted) return;
    this.#voice.textContent = t(sentence, {
      company: this.#company(lifted.id),
      stage: this.store.column(lifted.status).label,
      place: lifted.index + 1,
      count: this.#others(lifted.status).length + 1,
    });
  }
}
