// @ts-check
/** The side of the page: beside the chat on a wide screen, over it (and then alone reachable) on a narrow one. */

import { byId } from "../dom.js";

const NARROW = matchMedia("(max-width: 860px)");

export class Drawer {
  #side = byId("sidebar");
  #main = byId("main");
  #shade = byId("drawer-shade");
  #button = byId("drawer-button");
  #isOpen = false;

  constructor() {
    this.#button.addEventListener("click", () => this.open());
    byId("drawer-close").addEventListener("click", () => this.close());
    this.#shade.addEventListener("click", () => this.close());
    NARROW.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  open() {
    if (!NARROW.matches) return;
    this.#isOpen = true;
    this.#apply();
    byId("drawer-close").focus();
  }

  /** True when it was open over the page. */
  close() {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    this.#apply();
    this.#button.focus();
    return true;
  }

  #apply() {
    const over = NARROW.matches;
    if (!over) this.#isOpen = false;
    document.documentElement.classList.toggle("drawer-open", this.#isOpen);
    this.#side.inert = over && !this.#isOpen;
    this.#main.inert = this.#isOpen;
    this.#shade.hidden = !this.#isOpen;
    this.#button.setAttribute("aria-expanded", String(this.#isOpen));
  }
}
