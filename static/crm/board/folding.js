// @ts-check
/** Won and Lost as narrow strips where six columns have no room, so that those that are worked on have theirs. */

import { byId, h, icon } from "./dom.js";
import { t } from "./words.js";

const FINAL = ["closed_won", "closed_lost"];
/** What the reader opened and folded, on this device. */
const KEY = "mezzofy-board-folded";
/** In rem: six columns at their least width, and the gaps between them. */
const ROOM = 70;
/** A phone shows one column after the other. */
const PHONE = matchMedia("(max-width: 48rem)");

/** @typedef {{section: HTMLElement, button: HTMLButtonElement}} Strip */

export class Folding {
  /** @type {Map<string, Strip>} */
  #strips = new Map();
  #chosen = chosenBefore();

  /**
   * @param {Map<string, {section: HTMLElement}>} columns
   * @param {(status: string) => string} label of a stage
   */
  constructor(columns, label) {
    for (const [status, { section }] of columns) {
      if (FINAL.includes(status)) this.#strips.set(status, { section, button: this.#button(status, label(status)) });
    }
    for (const { section, button } of this.#strips.values()) section.querySelector("header")?.prepend(button);
    new ResizeObserver(() => this.#show()).observe(byId("board"));
    this.#show();
  }

  /**
   * Open the column that holds this, if it is folded: something in it is to be seen.
   * @param {Element} part
   */
  reveal(part) {
    const section = part.closest(".kb-column.is-folded");
    for (const [status, strip] of this.#strips) if (strip.section === section) this.#choose(status, false);
  }

  /** @param {string} status @param {string} stage */
  #button(status, stage) {
    const button = h("button", { type: "button", class: "kb-fold", "aria-label": t("fold", { stage }), title: t("fold", { stage }) }, icon("unfold_less"));
    button.addEventListener("click", () => this.#choose(status, !this.#isFolded(status)));
    return button;
  }

  /** @param {string} status @param {boolean} folded */
  #choose(status, folded) {
    this.#chosen[status] = folded;
    localStorage.setItem(KEY, JSON.stringify(this.#chosen));
    this.#show();
  }

  /** @param {string} status */
  #isFolded(status) {
    return !PHONE.matches && (this.#chosen[status] ?? !hasRoom());
  }

  #show() {
    for (const [status, { section, button }] of this.#strips) {
      const folded = this.#isFolded(status);
      section.classList.toggle("is-folded", folded);
      button.setAttribute("aria-expanded", String(!folded));
      button.replaceChildren(icon(folded ? "unfold_more" : "unfold_less"));
    }
  }
}

function hasRoom() {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return byId("board").clientWidth >= ROOM * rem;
}

/** @returns {Record<string, boolean>} */
function chosenBefore() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
