// @ts-check
/**
 * Lets the events of one session through in their order, each once.
 *
 * Every event carries `seq` and `prev`, the seq before it in the same session. An event whose `prev` we have not reached
 * came too early: it is held, and the missing ones are asked for. An event we have passed is a repeat (a replay after
 * `resume`); it is handed on as such, and the reader applies it as the no-op it is, or drops it.
 */

const ASK_AGAIN_MS = 2500;
const HELD_AT_MOST = 500;

export class EventGate {
  /** The seq up to which everything has been let through. */
  last = 0;
  /** @type {Map<number, import("./types.js").ServerEvent>} */
  #held = new Map();
  #askedAt = 0;
  /** @type {ReturnType<typeof setTimeout>|null} */
  #timer = null;

  /**
   * @param {(event: import("./types.js").ServerEvent, repeat: boolean) => void} deliver
   * @param {(after: number) => void} ask asks the server for the events after a seq
   */
  constructor(deliver, ask) {
    this.deliver = deliver;
    this.ask = ask;
  }

  /** @param {import("./types.js").ServerEvent} event */
  accept(event) {
    if (typeof event.seq !== "number") {
      this.deliver(event, false);
      return;
    }
    if (event.seq <= this.last) {
      this.deliver(event, true);
      return;
    }
    if (typeof event.prev === "number" && event.prev > this.last) {
      this.#hold(event);
      return;
    }
    this.#pass(event);
    this.#releaseHeld();
  }

  /**
   * Everything up to `seq` is known from elsewhere (the history).
   * @param {number} seq
   */
  skipTo(seq) {
    if (seq > this.last) this.last = seq;
    this.#releaseHeld();
  }

  /** Ask for what followed the last event; for use after each (re)connection. */
  askForMissed() {
    this.#askedAt = Date.now();
    this.ask(this.last);
  }

  /** @param {import("./types.js").ServerEvent} event */
  #pass(event) {
    this.last = /** @type {number} */ (event.seq);
    this.deliver(event, false);
  }

  /** @param {import("./types.js").ServerEvent} event */
  #hold(event) {
    if (this.#held.size < HELD_AT_MOST) this.#held.set(/** @type {number} */ (event.seq), event);
    if (Date.now() - this.#askedAt > ASK_AGAIN_MS) this.askForMissed();
    this.#watch();
  }

  #releaseHeld() {
    for (const seq of [...this.#held.keys()].sort((a, b) => a - b)) {
      const event = /** @type {import("./types.js").ServerEvent} */ (this.#held.get(seq));
      if (seq > this.last && (event.prev ?? 0) > this.last) break;
      this.#held.delete(seq);
      if (seq > this.last) this.#pass(event);
    }
  }

  /** As long as something is held, ask again: the answer to the first question may have been lost too. */
  #watch() {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#held.size === 0) return;
      this.askForMissed();
      this.#watch();
    }, ASK_AGAIN_MS);
  }
}
