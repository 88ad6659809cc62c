// @ts-check
/** A button that copies a text and says so. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../strings.js";
import { notify } from "./notices.js";

const SHOWN_MS = 1800;

/**
 * @param {() => string} text
 * @param {string} [label]
 */
export function copyButton(text, label = t("message.copy")) {
  const caption = h("span", { class: "visually-hidden", text: label });
  const button = h("button", { class: "icon-button small", type: "button", title: label, on: { click: copy } }, icon("copy"), caption);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      notify(t("message.copyfailed"), "warning");
      return;
    }
    button.replaceChildren(icon("check"), caption);
    caption.textContent = t("message.copied");
    setTimeout(() => {
      button.replaceChildren(icon("copy"), caption);
      caption.textContent = label;
    }, SHOWN_MS);
  }

  return button;
}
