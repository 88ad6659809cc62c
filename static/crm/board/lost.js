// @ts-check
/** Asking why a lead was lost, before it is. */

import { byId } from "./dom.js";
import { t } from "./words.js";

/**
 * @param {string} needsNote the reason that says nothing without a note
 * @returns {(card: import("./types.js").Card) => Promise<{lost_reason: string, lost_note: string}|null>} null: cancelled
 */
export function lostDialog(needsNote) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("lost-dialog"));
  const reason = /** @type {HTMLSelectElement} */ (byId("lost-reason"));
  const note = /** @type {HTMLTextAreaElement} */ (byId("lost-note"));
  byId("lost-cancel").addEventListener("click", () => dialog.close());
  dialog.querySelector("form")?.addEventListener("submit", (event) => {
    const isNoted = reason.value !== needsNote || note.value.trim() !== "";
    complain(reason, "lost-reason-error", reason.value ? "" : t("reason_missing"));
    complain(note, "lost-note-error", isNoted ? "" : t("note_missing"));
    if (reason.value && isNoted) dialog.returnValue = "lost";
    else event.preventDefault();
    (reason.value ? note : reason).focus();
  });
  return (card) =>
    new Promise((resolve) => {
      byId("lost-title").textContent = t("lost_title", { company: card.company });
      reason.value = note.value = dialog.returnValue = "";
      complain(reason, "lost-reason-error", "");
      complain(note, "lost-note-error", "");
      const answer = () => {
        const loss = { lost_reason: reason.value, lost_note: note.value.trim() };
        resolve(dialog.returnValue === "lost" ? loss : null);
      };
      dialog.addEventListener("close", answer, { once: true });
      dialog.showModal();
      reason.focus();
    });
}

/**
 * @param {HTMLElement} field
 * @param {string} errorId
 * @param {string} sentence "": all is well
 */
function complain(field, errorId, sentence) {
  field.setAttribute("aria-invalid", String(sentence !== ""));
  byId(errorId).textContent = sentence;
}
