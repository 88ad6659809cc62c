// @ts-check
/** Short sentences at the edge of the page, and the voice for screen readers. */

import { byId, h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../strings.js";

const SHOWN_MS = 7000;
const QUIET_MS = 2500;

/**
 * Show a sentence for some seconds.
 * @param {string} sentence
 * @param {"info"|"warning"} [kind]
 */
export function notify(sentence, kind = "info") {
  const close = h("button", { class: "icon-button small", type: "button", "aria-label": t("dialog.close") }, icon("close"));
  const notice = h("div", { class: `notice is-${kind}` }, icon(kind === "warning" ? "alert" : "check"), h("p", { text: sentence }), close);
  close.addEventListener("click", () => notice.remove());
  byId("notices").append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}

let spokenAt = 0;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let waiting;

/**
 * Say a sentence to a screen reader. Sentences that come in quick succession are reduced to the last one, so that
 * a run with many steps does not talk over itself.
 * @param {string} sentence
 */
export function announce(sentence) {
  clearTimeout(waiting);
  const wait = Math.max(100, spokenAt + QUIET_MS - Date.now());
  waiting = setTimeout(() => {
    spokenAt = Date.now();
    byId("announcer").textContent = sentence;
  }, wait);
}
