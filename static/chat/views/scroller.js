// @ts-check
/** Keeps the newest words in sight, but only for a reader who is at the bottom. */

const NEAR_PX = 90;
const SMOOTH_SCREENS = 3;

export class Scroller {
  #pinned = true;

  /**
   * @param {HTMLElement} viewport the element that scrolls
   * @param {HTMLElement} content what grows inside it
   * @param {HTMLElement} jump the button that leads back to the bottom
   */
  constructor(viewport, content, jump) {
    this.viewport = viewport;
    this.jump = jump;
    viewport.addEventListener("scroll", () => this.#look(), { passive: true });
    new ResizeObserver(() => this.#follow()).observe(content);
    new ResizeObserver(() => this.#follow()).observe(viewport);
    jump.addEventListener("click", () => this.toBottom(true));
  }

  /**
   * Go to the newest message, and stay there.
   * @param {boolean} [smooth]
   */
  toBottom(smooth = false) {
    this.#pinned = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const isNear = this.#distance() < SMOOTH_SCREENS * this.viewport.clientHeight;
    const behavior = smooth && isNear && !calm ? "smooth" : "instant";
    this.viewport.scrollTo({ top: this.viewport.scrollHeight, behavior });
    this.#show();
  }

  /** Keep what is in sight where it is while something is put in above it.
   * @param {() => void} change */
  keepPlace(change) {
    const fromEnd = this.viewport.scrollHeight - this.viewport.scrollTop;
    this.#pinned = false;
    change();
    this.viewport.scrollTop = this.viewport.scrollHeight - fromEnd;
  }

  #distance() {
    return this.viewport.scrollHeight - this.viewport.scrollTop - this.viewport.clientHeight;
  }

  #look() {
    this.#pinned = this.#distance() < NEAR_PX;
    this.#show();
  }

  #follow() {
    if (this.#pinned) this.viewport.scrollTop = this.viewport.scrollHeight;
    this.#show();
  }

  #show() {
    this.jump.hidden = this.#pinned || this.#distance() < NEAR_PX;
  }
}
