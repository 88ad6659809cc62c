// @ts-check
/** The list of chats: read in pages, kept in step with what happens here. */

import { ApiError, deleteSession, listSessions } from "./api.js";

const PAGES_FOR_SEARCH = 20;

export class SessionList {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.#reading = false;
  }

  #reading;

  /** Read the newest chats; what was read before stays below them. */
  async refresh() {
    if (this.#reading) return;
    this.#reading = true;
    try {
      const page = await listSessions();
      const rows = page.results.map(rowOf);
      const fresh = new Set(rows.map((/** @type {{id: string}} */ row) => row.id));
      const first = this.store.rows.length === 0;
      this.store.rows = [...rows, ...this.store.rows.filter((row) => !fresh.has(row.id))];
      if (first) this.store.nextRows = page.next;
      this.store.rowsState = "ready";
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#reading = false;
    }
    this.store.changed("sessions");
  }

  /** Read one more page of older chats. */
  async more() {
    const { nextRows } = this.store;
    if (!nextRows || this.#reading) return;
    this.#reading = true;
    try {
      const page = await listSessions(nextRows);
      const known = new Set(this.store.rows.map((row) => row.id));
      this.store.rows.push(...page.results.map(rowOf).filter((/** @type {{id: string}} */ row) => !known.has(row.id)));
      this.store.nextRows = page.next;
    } catch (error) {
      this.#failed(error);
      this.store.nextRows = null;
    } finally {
      this.#reading = false;
    }
    this.store.changed("sessions");
  }

  /** Read the rest, so that a search looks at all titles. */
  async readAll() {
    for (let page = 0; page < PAGES_FOR_SEARCH && this.store.nextRows; page += 1) await this.more();
  }

  /** @param {string} id */
  async remove(id) {
    await deleteSession(id);
    this.store.rows = this.store.rows.filter((row) => row.id !== id);
    this.store.sessions.delete(id);
    this.store.changed("sessions");
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof ApiError)) throw error;
    if (this.store.rows.length === 0) this.store.rowsState = "failed";
    this.store.rowsProblem = error.message;
  }
}

/**
 * @param {any} row
 * @returns {import("./types.js").SessionRow}
 */
function rowOf(row) {
  return { id: row.id, title: row.title, at: row.last_message_at, isWorking: Boolean(row.active_run_id) };
}
