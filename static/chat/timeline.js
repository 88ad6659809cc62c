// @ts-check
/** The order in which a chat is shown: each answer right under the message that asked for it. */

/**
 * @typedef {Object} TimelineItem
 * @property {string} key      stays the same from the first streamed word to the stored message
 * @property {"user"|"answer"} kind
 * @property {import("./types.js").Message|null} message
 * @property {import("./types.js").Run|null} run
 */

/**
 * @param {import("./types.js").Session} session
 * @returns {TimelineItem[]}
 */
export function timeline(session) {
  /** @type {Map<string, import("./types.js").Message>} */
  const replies = new Map();
  for (const message of session.messages) {
    if (message.role !== "user" && message.runId && !replies.has(message.runId)) replies.set(message.runId, message);
  }
  /** @type {TimelineItem[]} */
  const items = [];
  const placed = new Set();
  /** @param {string} runId */
  const placeRun = (runId) => {
    const run = session.runs.get(runId);
    if (!run || placed.has(runId)) return;
    placed.add(runId);
    items.push({ key: `run:${runId}`, kind: "answer", message: replies.get(runId) ?? null, run });
  };
  for (const message of session.messages) {
    if (message.role === "user") items.push({ key: message.clientId || message.id, kind: "user", message, run: null });
    if (message.runId) placeRun(message.runId);
    if (message.role !== "user" && replies.get(message.runId) !== message) {
      items.push({ key: message.id, kind: "answer", message, run: null });
    }
  }
  for (const runId of session.runs.keys()) placeRun(runId);
  return items;
}

/**
 * The message that asked for a run.
 * @param {import("./types.js").Session} session
 * @param {string} runId
 */
export function questionOf(session, runId) {
  return session.messages.find((message) => message.role === "user" && message.runId === runId) ?? null;
}
