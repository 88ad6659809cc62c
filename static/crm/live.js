// @ts-check
/** The socket that tells which leads changed. Comes back by itself. */

const PATH = "/api/crm/ws";
const PING_EVERY_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SIGNED_OUT = 4401;
const NO_RIGHT = 4403;

/** @typedef {"live"|"reconnecting"|"offline"} LiveState */

export class Live {
  /** @type {WebSocket|null} */
  #socket = null;
  #attempt = 0;
  #wasLive = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {{onState: (state: LiveState) => void, onLead: (id: string) => void, onReturn: () => void}} listeners
   *   `onReturn`: connected again after a break, in which things may have been missed
   */
  constructor(listeners) {
    this.listeners = listeners;
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${PATH}`);
    this.#socket = socket;
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data));
    socket.onclose = (close) => this.#socket === socket && this.#closed(close.code);
  }

  /** Do not wait out the pause when the network or the reader comes back. */
  #hurry() {
    if (this.#socket || !this.#timer) return;
    this.#attempt = 0;
    this.#connect();
  }

  /** @param {{type: string, lead_id?: string}} frame */
  #hear(frame) {
    this.#expectSilence();
    if (frame.type === "ready") this.#ready();
    if (frame.type === "lead.changed" && frame.lead_id) this.listeners.onLead(frame.lead_id);
  }

  #ready() {
    this.#attempt = 0;
    this.listeners.onState("live");
    if (this.#wasLive) this.listeners.onReturn();
    this.#wasLive = true;
  }

  /** @param {number} code */
  #closed(code) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#socket = null;
    if (code === SIGNED_OUT || code === NO_RIGHT) {
      this.listeners.onState("offline");
      return;
    }
    this.listeners.onState("reconnecting");
    // Anything between half and the whole: many pages that lost one server do not come back in one wave.
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#connect(), ceiling / 2 + (Math.random() * ceiling) / 2);
  }

  /** A connection that died silently shows by the answer that does not come. */
  #expectSilence() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#socket?.send(JSON.stringify({ type: "ping" }));
      this.#timer = setTimeout(() => this.#giveUp(), ANSWER_WITHIN_MS);
    }, PING_EVERY_MS);
  }

  #giveUp() {
    const socket = this.#socket;
    this.#closed(1006);
    socket?.close();
  }
}
