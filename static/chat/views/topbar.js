// @ts-check
/** The line above the chat: its title, who answers, and what is wrong with the connection. */

import { byId, fill, h } from "../dom.js";
import { icon, spinner } from "../icons.js";
import { hasString, t } from "../strings.js";

const PATIENCE_MS = 1200;

/**
 * @param {import("../chat.js").Chat} chat
 * @param {import("../types.js").Bootstrap} bootstrap
 */
export function drawTopbar(chat, bootstrap) {
  const { store } = chat;
  const title = () => {
    const { current } = store;
    const row = store.rows.find((one) => one.id === current.id);
    const name = current.title || row?.title || t("sessions.untitled");
    byId("chat-title").textContent = name;
    document.title = current.id ? `${name} · ${t("app.name")}` : t("app.name");
  };
  store.on("switch", title);
  store.on("sessions", title);
  title();
  drawMode(bootstrap);
  store.on("connection", connectionBanner(store));
}

/** @param {import("../types.js").Bootstrap} bootstrap */
function drawMode({ mode, mode_label: label }) {
  const sentence = hasString(`mode.${mode}`) ? t(`mode.${mode}`) : label;
  const short = hasString(`mode.${mode}.short`) ? t(`mode.${mode}.short`) : label;
  const badge = byId("mode-badge");
  badge.dataset.mode = mode;
  badge.title = sentence;
  fill(badge, h("span", { class: "mode-dot", "aria-hidden": "true" }), short);
  byId("mode-sentence").textContent = sentence;
}

/**
 * A short break is not worth a word; a longer one is.
 * @param {import("../store.js").Store} store
 */
function connectionBanner(store) {
  const banner = byId("connection");
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const show = () => {
    const sentence = store.connection === "refused" ? t("connection.refused") : navigator.onLine ? t("connection.lost") : t("connection.offline");
    banner.hidden = false;
    fill(banner, store.connection === "refused" ? icon("alert") : spinner(), h("span", { text: sentence }));
  };
  return () => {
    clearTimeout(timer);
    if (store.connection === "open" || store.connection === "connecting") banner.hidden = true;
    else timer = setTimeout(show, banner.hidden ? PATIENCE_MS : 0);
  };
}
