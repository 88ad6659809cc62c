// @ts-check
/** The keys of the page, and the dialog that lists them. */

import { h } from "../dom.js";
import { t } from "../strings.js";
import { openDialog } from "./dialogs.js";

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const COMMAND = MAC ? "⌘" : "Ctrl";

/**
 * @param {{search: () => void, compose: () => void, newChat: () => void, escape: () => void}} actions
 */
export function listenForShortcuts({ search, compose, newChat, escape }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const command = event.metaKey || event.ctrlKey;
    const key = event.key.toLowerCase();
    if (command && key === "k") run(event, search);
    else if (command && event.shiftKey && key === "o") run(event, newChat);
    else if (event.key === "Escape") run(event, escape);
    else if (command || event.altKey || isTyping(event.target)) return;
    else if (event.key === "/") run(event, compose);
    else if (event.key === "?") run(event, openShortcuts);
  });
}

/** Show the list of keys. */
export function openShortcuts() {
  const rows = [
    [[COMMAND, "K"], t("shortcut.search")],
    [[COMMAND, "Shift", "O"], t("shortcut.new")],
    [["/"], t("shortcut.compose")],
    [["Enter"], t("shortcut.send")],
    [["Shift", "Enter"], t("shortcut.line")],
    [["Esc"], t("shortcut.stop")],
    [["?"], t("shortcut.help")],
  ];
  const list = h("dl", { class: "shortcuts" }, ...rows.map(([keys, meaning]) =>
    h("div", {}, h("dt", {}, ...[...keys].map((key) => h("kbd", { text: key }))), h("dd", { text: String(meaning) })),
  ));
  openDialog({ title: t("shortcut.title"), body: list, className: "is-small" });
}

/**
 * @param {KeyboardEvent} event
 * @param {() => void} action
 */
function run(event, action) {
  event.preventDefault();
  action();
}

/** @param {EventTarget|null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}
