// @ts-check
/**
 * Messages on their way to the server, in their order, one at a time. Each carries a client id, which the server takes as
 * Idempotency-Key: however often a message is tried, it is one turn. What has not been answered survives a reload.
 */

import { ApiError, sendText } from "./api.js";

const KEPT_AS = "mezzofy.outbox";
const RETRY_MS = 4000;

/**
 * @typedef {Object} Outgoing
 * @property {import("./types.js").Session} session
 * @property {import("./types.js").Message} message
 */

export class Outbox {
  /** @type {Outgoing[]} */
  #queue = [];
  #busy = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {{
   *   onSent: (outgoing: Outgoing, answer: any) => void,
   *   onRefused: (outgoing: Outgoing, error: ApiError) => void,
   *   onChange: (outgoing: Outgoing) => void,
   * }} listeners
   */
  constructor(listeners) {
    this.listeners = listeners;
  }

  /** @param {Outgoing} outgoing */
  add(outgoing) {
    this.#queue.push(outgoing);
    this.#keep();
    void this.flush();
  }

  /** Try to send everything now. */
  async flush() {
    clearTimeout(this.#timer);
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length > 0 && (await this.#sendFirst()));
    this.#busy = false;
  }

  /** What an earlier life of this tab could not send: session id, text, agent and client id of each. */
  static left() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "[]");
    } catch {
      return [];
    }
  }

  /** True when the next one may follow. */
  async #sendFirst() {
    const outgoing = this.#queue[0];
    const { message, session } = outgoing;
    const turn = { message: message.content, sessionId: session.id, agent: message.agent, clientId: message.clientId };
    try {
      const answer = await sendText(turn);
      this.#drop();
      this.listeners.onSent(outgoing, answer);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.passing) {
        this.#wait(outgoing);
        return false;
      }
      this.#drop();
      this.listeners.onRefused(outgoing, error);
      return true;
    }
  }

  /** @param {Outgoing} outgoing */
  #wait(outgoing) {
    outgoing.message.delivery = "waiting";
    outgoing.message.version += 1;
    this.listeners.onChange(outgoing);
    this.#timer = setTimeout(() => void this.flush(), RETRY_MS);
  }

  #drop() {
    this.#queue.shift();
    this.#keep();
  }

  #keep() {
    const rows = this.#queue.map(({ session, message }) => ({
      sessionId: session.id,
      content: message.content,
      agent: message.agent,
      clientId: message.clientId,
    }));
    sessionStorage.setItem(KEPT_AS, JSON.stringify(rows));
  }
}
