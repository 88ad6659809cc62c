// @ts-check
/** "Move to…": every way of a card as a list, for those who do not drag. */

import { byId, h } from "./dom.js";
import { t } from "./words.js";

const GAP = 4;

export class Menu {
  #menu = byId("card-menu");
  /** @type {HTMLElement|null} */
  #button = null;

  /**
   * @param {import("./store.js").Store} store
   * @param {import("./view.js").View} view
   * @param {import("./moves.js").Moves} moves
   */
  constructor(store, view, moves) {
    this.store = store;
    this.view = view;
    this.moves = moves;
    byId("board").addEventListener("click", (event) => this.#click(event));
    this.#menu.addEventListener("keydown", (event) => this.#press(event));
    this.#menu.addEventListener("toggle", (event) => this.#toggled(/** @type {ToggleEvent} */ (event)));
  }

  /** @param {Event} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest(".kb-menu-button") : null;
    if (button instanceof HTMLElement) this.#open(button);
  }

  /** @param {HTMLElement} button */
  #open(button) {
    const slot = /** @type {HTMLElement|null} */ (button.closest(".kb-slot"));
    const found = this.store.find(slot?.dataset.id ?? "");
    if (!found) return;
    this.view.makeReachable(slot);
    this.#button = button;
    const { card, status, index } = found;
    const last = this.store.column(status).cards.length - 1;
    this.#menu.replaceChildren(
      h("p", { class: "kb-menu-title", role: "presentation" }, t("menu_title")),
      ...this.store.column(status).allowed.map((to) =>
        this.#item(this.store.column(to).label, () => this.moves.move(card.id, to, 0)),
      ),
      h("hr", { role: "separator" }),
      ...(index > 0 ? [this.#item(t("menu_top"), () => this.moves.move(card.id, status, 0))] : []),
      ...(index > 0 ? [this.#item(t("menu_up"), () => this.moves.move(card.id, status, index - 1))] : []),
      ...(index < last ? [this.#item(t("menu_down"), () => this.moves.move(card.id, status, index + 1))] : []),
      h("a", { class: "kb-menu-item", role: "menuitem", tabindex: "-1", href: card.url }, t("menu_open")),
    );
    this.#menu.showPopover();
    this.#place(button);
    this.#items()[0]?.focus();
  }

  /**
   * @param {string} label
   * @param {() => Promise<void>} act
   */
  #item(label, act) {
    const item = h("button", { type: "button", class: "kb-menu-item", role: "menuitem", tabindex: "-1" }, label);
    item.addEventListener("click", async () => {
      const slot = this.#button?.closest(".kb-slot");
      this.#menu.hidePopover();
      await act();
      this.view.focus(slot);
    });
    return item;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const items = this.#items();
    const here = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const last = items.length - 1;
    /** @type {Record<string, number>} */
    const places = { ArrowDown: here === last ? 0 : here + 1, ArrowUp: here <= 0 ? last : here - 1, Home: 0, End: last };
    if (event.key in places) {
      items[places[event.key]]?.focus();
      event.preventDefault();
    } else if (event.key === "Tab") {
      this.#menu.hidePopover();
    }
  }

  /** @param {ToggleEvent} event */
  #toggled(event) {
    const isOpen = event.newState === "open";
    this.#button?.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen && this.#menu.contains(document.activeElement)) this.#button?.focus();
  }

  /** Beside the button, within the window. @param {HTMLElement} button */
  #place(button) {
    const [at, size] = [button.getBoundingClientRect(), this.#menu.getBoundingClientRect()];
    const left = Math.min(Math.max(at.right - size.width, GAP), innerWidth - size.width - GAP);
    const below = at.bottom + GAP;
    const top = below + size.height <= innerHeight - GAP ? below : Math.max(at.top - size.height - GAP, GAP);
    Object.assign(this.#menu.style, { left: `${left}px`, top: `${top}px` });
  }

  #items() {
    return /** @type {HTMLElement[]} */ ([...this.#menu.querySelectorAll("[role=menuitem]")]);
  }
}
