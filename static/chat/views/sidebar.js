// @ts-check
/** The chats of the user: newest first, searched by title, deleted after a question. A drawer on a phone. */

import { ApiError } from "../api.js";
import { byId, eachFrame, fill, h } from "../dom.js";
import { daysAgo, longTime, shortTime } from "../format.js";
import { icon, spinner } from "../icons.js";
import { activeRuns } from "../session_state.js";
import { t } from "../strings.js";
import { confirmDialog } from "./dialogs.js";
import { notify } from "./notices.js";

/** @typedef {import("../types.js").SessionRow} SessionRow */

export class Sidebar {
  #search = /** @type {HTMLInputElement} */ (byId("session-search"));
  #list = byId("session-list");

  /**
   * @param {import("../chat.js").Chat} chat
   * @param {import("../session_list.js").SessionList} sessions
   * @param {import("./drawer.js").Drawer} drawer
   */
  constructor(chat, sessions, drawer) {
    this.chat = chat;
    this.sessions = sessions;
    this.drawer = drawer;
    const draw = eachFrame(() => this.#draw());
    chat.store.on("sessions", draw);
    chat.store.on("switch", draw);
    byId("new-chat").addEventListener("click", () => this.openNew());
    this.#search.addEventListener("focus", () => void sessions.readAll());
    this.#search.addEventListener("input", draw);
    this.#search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#search.value) {
        event.preventDefault();
        this.#search.value = "";
        draw();
      }
    });
    this.#list.addEventListener("click", (event) => this.#clicked(event));
  }

  openNew() {
    this.chat.openNew();
    this.drawer.close();
  }

  focusSearch() {
    this.drawer.open();
    this.#search.focus();
    this.#search.select();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const target = /** @type {Element} */ (event.target);
    const row = /** @type {HTMLElement|null} */ (target.closest("[data-session]"));
    if (!row || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const id = /** @type {string} */ (row.dataset.session);
    if (target.closest(".session-delete")) void this.#delete(id);
    else if (target.closest("a")) {
      event.preventDefault();
      void this.chat.open(id);
      this.drawer.close();
    }
  }

  /** @param {string} id */
  async #delete(id) {
    const row = this.chat.store.rows.find((one) => one.id === id);
    const title = row?.title || t("sessions.untitled");
    const sure = await confirmDialog({ title: t("delete.title"), body: t("delete.body", { title }), confirm: t("delete.confirm") });
    if (!sure) return;
    try {
      await this.sessions.remove(id);
      if (this.chat.store.current.id === id) this.chat.openNew();
      notify(t("sessions.deleted"));
      this.#search.focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      notify(error.message, "warning");
    }
  }

  #draw() {
    const query = this.#search.value.trim();
    const { store } = this.chat;
    if (store.rowsState === "loading") return fill(this.#list, h("p", { class: "sidebar-note" }, spinner()));
    if (store.rowsState === "failed") return this.#note(t("sessions.failed", { detail: store.rowsProblem }));
    const wanted = query.toLocaleLowerCase();
    const rows = store.rows.filter((row) => titleOf(row).toLocaleLowerCase().includes(wanted));
    if (rows.length === 0) return this.#note(query ? t("sessions.nomatch", { query }) : t("sessions.none"));
    fill(this.#list, ...this.#groups(rows), this.#moreButton());
  }

  /** @param {string} sentence */
  #note(sentence) {
    fill(this.#list, h("p", { class: "sidebar-note", text: sentence }));
  }

  #moreButton() {
    if (!this.chat.store.nextRows) return null;
    return h("button", { class: "link-button sidebar-more", type: "button", text: t("sessions.more"), on: { click: () => void this.sessions.more() } });
  }

  /** @param {SessionRow[]} rows */
  #groups(rows) {
    /** @type {Map<string, SessionRow[]>} */
    const groups = new Map();
    for (const row of rows) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
    return [...groups].map(([name, members]) => h("section", { "aria-label": t(name) },
      h("h2", { class: "sidebar-group", text: t(name) }),
      h("ul", {}, ...members.map((row) => this.#row(row))),
    ));
  }

  /** @param {SessionRow} row */
  #row(row) {
    const title = titleOf(row);
    const session = this.chat.store.sessions.get(row.id);
    const isCurrent = this.chat.store.current.id === row.id;
    const isWorking = session?.state === "ready" ? activeRuns(session).length > 0 : row.isWorking;
    const label = t("sessions.delete", { title: `${title}, ${shortTime(row.at)}` });
    return h("li", { class: "session", data: { session: row.id } },
      h("a", { href: `/?session=${encodeURIComponent(row.id)}`, "aria-current": isCurrent ? "page" : null, title: longTime(row.at) },
        // Chats that begin alike are told apart by when they were.
        h("span", { class: "session-name" }, h("span", { class: "session-title", text: title }), h("time", { class: "session-time", datetime: row.at, text: shortTime(row.at) })),
        isWorking && h("span", { class: "session-working" }, spinner(), h("span", { class: "visually-hidden", text: ` (${t("sessions.working")})` }))),
      h("button", { class: "icon-button small session-delete", type: "button", "aria-label": label, title: label }, icon("trash")),
    );
  }
}

/** @param {SessionRow} row */
function titleOf(row) {
  return row.title || t("sessions.untitled");
}

/** @param {SessionRow} row */
function groupOf(row) {
  const days = daysAgo(new Date(row.at));
  if (days <= 0) return "sessions.today";
  if (days === 1) return "sessions.yesterday";
  return days < 8 ? "sessions.week" : "sessions.older";
}
