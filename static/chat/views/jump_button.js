// @ts-check
/** The button that leads down: to the question that waits for a decision, or to the latest message. */

import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../strings.js";
import { WAITING } from "./scroller.js";

export class JumpButton {
  /** @type {boolean|null} */
  #isWaiting = null;

  /**
   * @param {HTMLElement} button
   * @param {HTMLElement} list the conversation
   * @param {import("./scroller.js").Scroller} scroller
   */
  constructor(button, list, scroller) {
    this.button = button;
    this.list = list;
    this.scroller = scroller;
    scroller.onLook = () => this.look();
    button.addEventListener("click", () => this.#go());
    this.look();
  }

  /** Say what waits below, if something does. */
  look() {
    const isWaiting = this.#waiting() !== undefined;
    if (isWaiting) this.button.hidden = false;
    if (isWaiting === this.#isWaiting) return;
    this.#isWaiting = isWaiting;
    const label = t(isWaiting ? "jump.approval" : "jump.latest");
    this.button.classList.toggle("is-waiting", isWaiting);
    this.button.title = label;
    this.button.setAttribute("aria-label", label);
    fill(this.button, ...(isWaiting ? [h("span", { text: label })] : []), icon("down"));
  }

  /** The first question below what is in sight. */
  #waiting() {
    const cards = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(WAITING)]);
    return cards.find((card) => this.scroller.isBelow(card));
  }

  #go() {
    const card = this.#waiting();
    if (card) this.scroller.reveal(card);
    else this.scroller.toBottom(true);
  }
}
