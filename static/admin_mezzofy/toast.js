// @ts-check
/** Short messages at the foot of the page, read out by screen readers. */

const SHOWN_MS = 5_000;
const SHOWN_BAD_MS = 10_000;

/**
 * Show `text` for some seconds; a message of tone "bad" stays longer and interrupts.
 * @param {string} text
 * @param {"info"|"good"|"warn"|"bad"} [tone]
 */
export function toast(text, tone = "info") {
  const message = document.createElement("div");
  message.className = "mz-toast";
  message.dataset.tone = tone;
  message.setAttribute("role", tone === "bad" ? "alert" : "status");
  // Filled after it is in the page: only a change of a live region is read out.
  region().append(message);
  message.textContent = text;
  setTimeout(() => message.remove(), tone === "bad" ? SHOWN_BAD_MS : SHOWN_MS);
}

/** The place of all messages; inside an open dialog, because everything outside it is inert and covered. */
function region() {
  const home = document.querySelector("dialog[open]") ?? document.body;
  const found = home.querySelector(":scope > .mz-toasts");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "mz-toasts";
  made.setAttribute("aria-live", "polite");
  home.append(made);
  return made;
}
