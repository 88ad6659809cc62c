// @ts-check
/** Native dialogs: the browser keeps the focus inside, and gives it back where it was. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../strings.js";

let count = 0;

/**
 * @param {{title: string, note?: string, body: Node, className?: string, tools?: Node[], footer?: Node}} parts
 * @returns {HTMLDialogElement}
 */
export function openDialog({ title, note = "", body, className = "", tools = [], footer }) {
  count += 1;
  const titleId = `dialog-title-${count}`;
  const close = h("button", { class: "icon-button", type: "button", "aria-label": t("dialog.close"), title: t("dialog.close") }, icon("close"));
  const head = h("header", { class: "dialog-head" },
    h("h2", { id: titleId, text: title }),
    note && h("span", { class: "dialog-note", text: note }),
    h("span", { class: "dialog-tools" }, ...tools, close),
  );
  const dialog = h("dialog", { class: `dialog ${className}`, "aria-labelledby": titleId }, head, h("div", { class: "dialog-body" }, body), footer);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Ask before something that cannot be undone.
 * @param {{title: string, body: string, confirm: string}} question
 * @returns {Promise<boolean>}
 */
export function confirmDialog({ title, body, confirm }) {
  return new Promise((resolve) => {
    const no = h("button", { class: "button", type: "button", text: t("dialog.cancel") });
    const yes = h("button", { class: "button is-danger", type: "button", text: confirm });
    const dialog = openDialog({
      title,
      body: h("p", { text: body }),
      className: "is-small",
      footer: h("footer", { class: "dialog-foot" }, no, yes),
    });
    let answer = false;
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    dialog.addEventListener("close", () => resolve(answer));
    no.focus();
  });
}
