// @ts-check
/** What others change is gathered for a moment, then read; many changes at once are read as a whole board. */

const GATHER_MS = 250;
const SINGLY_AT_MOST = 8;
const WHOLE_EVERY_MS = 3_000;

export class Refresher {
  /** @type {Set<string>} */
  #changed = new Set();
  #holds = 0;
  #wantsWhole = false;
  #readWholeAt = -WHOLE_EVERY_MS;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {{readOne: (id: string) => Promise<void>, readAll: () => Promise<void>}} reader
   */
  constructor(reader) {
    this.reader = reader;
  }

  /** @param {string} id */
  changed(id) {
    this.#changed.add(id);
    this.#soon();
  }

  /** Everything may have changed. */
  all() {
    this.#wantsWhole = true;
    this.#soon();
  }

  /** Whether somebody has a card in the hand. */
  get isHeld() {
    return this.#holds > 0;
  }

  /** Until `release`, the page stays as it is: somebody has a card in the hand. */
  hold() {
    this.#holds += 1;
  }

  release() {
    this.#holds -= 1;
    if (this.#changed.size || this.#wantsWhole) this.#soon();
  }

  #soon() {
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#read(), GATHER_MS);
  }

  async #read() {
    this.#timer = undefined;
    if (this.isHeld) return;
    const isWhole = this.#wantsWhole || this.#changed.size > SINGLY_AT_MOST;
    const wait = this.#readWholeAt + WHOLE_EVERY_MS - performance.now();
    if (isWhole && wait > 0) {
      this.#timer = setTimeout(() => this.#read(), wait);
      return;
    }
    const ids = [...this.#changed];
    this.#changed.clear();
    this.#wantsWhole = false;
    if (isWhole) this.#readWholeAt = performance.now();
    await (isWhole ? this.reader.readAll() : Promise.all(ids.map((id) => this.reader.readOne(id))));
    // Somebody has taken a card meanwhile: what was read was not shown.
    if (isWhole && this.isHeld) this.#wantsWhole = true;
  }
}
