// @ts-check
/** What the page knows, and who wants to hear when it changes. */

/** @typedef {"chat"|"switch"|"sessions"|"connection"} Topic */

export class Store {
  /** @type {import("./types.js").Session} */
  current;
  /** Chats that have an id. @type {Map<string, import("./types.js").Session>} */
  sessions = new Map();
  /** @type {import("./types.js").SessionRow[]} */
  rows = [];
  /** Where older rows come from. @type {string|null} */
  nextRows = null;
  /** @type {"loading"|"ready"|"failed"} */
  rowsState = "loading";
  rowsProblem = "";
  /** @type {import("./socket.js").ConnectionState} */
  connection = "connecting";
  /** @type {Map<Topic, (() => void)[]>} */
  #listeners = new Map();

  /** @param {import("./types.js").Session} first */
  constructor(first) {
    this.current = first;
  }

  /**
   * `chat`: the current chat changed. `switch`: another chat became the current one. `sessions`: the list.
   * @param {Topic} topic
   * @param {() => void} listener
   */
  on(topic, listener) {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  /** @param {Topic} topic */
  changed(topic) {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}
