// @ts-check
/** One WebSocket for all chats of this tab: connects, listens, and comes back by itself. */

const PATH = "/api/chat/ws";
const PING_EVERY_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SLOW_DOWN_MS = 15_000;

/** @typedef {"connecting"|"open"|"lost"|"refused"} ConnectionState */

export class Connection {
  /** @type {ConnectionState} */
  state = "connecting";
  /** @type {WebSocket|null} */
  #socket = null;
  #attempt = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #ping;

  /**
   * @param {{
   *   onEvent: (event: import("./types.js").ServerEvent) => void,
   *   onState: (state: ConnectionState) => void,
   *   onLogin: () => void,
   *   onSlowDown: () => void,
   * }} listeners
   */
  constructor(listeners) {
    this.listeners = listeners;
    addEventListener("online", () => this.reconnectNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.reconnectNow();
    });
  }

  connect() {
    clearTimeout(this.#retry);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${PATH}`);
    this.#socket = socket;
    socket.onmessage = (message) => this.#hear(message);
    socket.onclose = (close) => {
      if (this.#socket === socket) this.#closed(close.code);
    };
  }

  /** Try at once instead of waiting out the pause; does nothing while connected or refused. */
  reconnectNow() {
    if (this.state !== "lost") return;
    this.#attempt = 0;
    this.connect();
  }

  /**
   * Send a frame. False when there is no connection.
   * @param {Record<string, unknown>} frame
   */
  send(frame) {
    if (this.state !== "open" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** @param {MessageEvent} message */
  #hear(message) {
    if (typeof message.data !== "string") return;
    const event = JSON.parse(message.data);
    this.#schedulePing();
    if (event.type === "pong") return;
    if (event.type === "ready") {
      this.#attempt = 0;
      this.#enter("open");
    }
    this.listeners.onEvent(event);
  }

  /** @param {number} code */
  #closed(code) {
    clearTimeout(this.#ping);
    this.#socket = null;
    if (code === 4401) {
      this.#enter("refused");
      this.listeners.onLogin();
      return;
    }
    if (code === 4403) {
      this.#enter("refused");
      return;
    }
    this.#enter("lost");
    if (code === 4429) this.listeners.onSlowDown();
    this.#retry = setTimeout(() => this.connect(), this.#pause(code));
  }

  /**
   * Full jitter: many clients that lost the same server do not come back in one wave.
   * @param {number} code
   */
  #pause(code) {
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    const wait = FIRST_WAIT_MS / 2 + Math.random() * ceiling;
    return code === 4429 ? SLOW_DOWN_MS + wait : wait;
  }

  /** A connection that died silently shows by the answer that does not come. */
  #schedulePing() {
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => {
      this.send({ type: "ping" });
      this.#ping = setTimeout(() => this.#giveUp(), ANSWER_WITHIN_MS);
    }, PING_EVERY_MS);
  }

  #giveUp() {
    const socket = this.#socket;
    this.#socket = null;
    if (socket) socket.onclose = null;
    socket?.close();
    this.#closed(1006);
  }

  /** @param {ConnectionState} state */
  #enter(state) {
    if (this.state === state) return;
    this.state = state;
    this.listeners.onState(state);
  }
}
