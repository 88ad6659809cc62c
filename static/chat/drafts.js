// @ts-check
/** Unsent text of each chat, kept for the life of the tab. */

const PREFIX = "mezzofy.draft.";

/** @param {string} sessionId */
export function readDraft(sessionId) {
  return sessionStorage.getItem(PREFIX + (sessionId || "new")) ?? "";
}

/**
 * @param {string} sessionId
 * @param {string} text
 */
export function keepDraft(sessionId, text) {
  const key = PREFIX + (sessionId || "new");
  if (text) sessionStorage.setItem(key, text);
  else sessionStorage.removeItem(key);
}
