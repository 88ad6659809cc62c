// @ts-check
/**
 * Keeps the newest words in sight, but only for a reader who is at the bottom, and only until the answer's first
 * line reaches the top: a long answer is read from its beginning.
 */

const NEAR_PX = 90;
const ROOM_ABOVE_PX = 12;
const SAME_PX = 2;
const SMOOTH_SCREENS = 3;
/** A question that waits for a decision. */
export const WAITING = ".approval.is-pending";

export class Scroller {
  /** Called whenever what is in sight may have changed. */
  onLook = () => {};
  #pinned = true;
  /** @type {HTMLElement|null} */
  #answer = null;
  /** Where this module put the view last: being there is no sign of a reader who scrolls. */
  #place = -1;

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

  /**
   * The answer at the end of the conversation, whose beginning stays in sight; null when a question is last.
   * @param {HTMLElement|null} answer
   */
  hold(answer) {
    this.#answer = answer;
  }

  /** Go to the newest message: to its end if all of it fits, else to its beginning. */
  toNewest() {
    this.#pinned = true;
    this.#put(this.#rest());
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

  /** Where the view comes to rest: at the end, or at the beginning of what is held and taller than the view. */
  #rest() {
    const end = Math.max(0, this.viewport.scrollHeight - this.viewport.clientHeight);
    if (!this.#answer?.isConnected) return end;
    const top = this.#held(this.#answer).getBoundingClientRect().top - this.viewport.getBoundingClientRect().top;
    return Math.max(0, Math.min(end, this.viewport.scrollTop + top - ROOM_ABOVE_PX));
  }

  /**
   * An answer that soon comes to a question gives way to it, so that its buttons are in sight.
   * @param {HTMLElement} answer
   */
  #held(answer) {
    const question = answer.querySelector(WAITING);
    const before = question ? question.getBoundingClientRect().top - answer.getBoundingClientRect().top : 0;
    return question && before < this.viewport.clientHeight / 2 ? question : answer;
  }

  #look() {
    const here = this.viewport.scrollTop;
    const isOurs = this.#pinned && Math.abs(here - this.#place) < SAME_PX;
    this.#pinned = isOurs || Math.abs(here - this.#rest()) < SAME_PX || this.#distance() < NEAR_PX;
    this.#show();
  }

  #follow() {
    // Never up: whoever has scrolled on to the end of a long answer reads there.
    if (this.#pinned) this.#put(Math.max(this.viewport.scrollTop, this.#rest()));
    else this.#show();
  }

  /** @param {number} top */
  #put(top) {
    this.viewport.scrollTop = top;
    this.#place = this.viewport.scrollTop;
    this.#show();
  }

  #show() {
    this.jump.hidden = this.#distance() < NEAR_PX;
    this.onLook();
  }

  /**
   * Whether it begins below what is in sight.
   * @param {Element} element
   */
  isBelow(element) {
    return element.getBoundingClientRect().top > this.viewport.getBoundingClientRect().bottom - NEAR_PX;
  }

  /**
   * Bring its beginning into sight, and the keyboard to it.
   * @param {HTMLElement} element
   */
  reveal(element) {
    element.scrollIntoView({ block: "start" });
    element.focus({ preventScroll: true });
  }
}
