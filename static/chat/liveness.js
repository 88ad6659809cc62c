// @ts-check
/**
 * A second way to the end of a run. Normally its events arrive by the socket; where sockets are blocked, or an end was
 * lost for good, the chat is read again over REST now and then, as long as something is running.
 */

import { getRun } from "./api.js";
import { FINAL, activeRuns } from "./session_state.js";

const LOOK_EVERY_MS = 6000;
const SILENT_MS = 25_000;

/** @param {import("./chat.js").Chat} chat */
export function watchRuns(chat) {
  setInterval(() => void look(chat).catch(() => {}), LOOK_EVERY_MS);
}

/** @param {import("./chat.js").Chat} chat */
async function look(chat) {
  const { store } = chat;
  const session = store.current;
  const waiting = activeRuns(session);
  if (!session.id || waiting.length === 0 || document.hidden) return;
  if (store.connection === "lost" || store.connection === "refused") await chat.load(session);
  for (const run of waiting) {
    if (Date.now() - run.heardAt < SILENT_MS) continue;
    run.heardAt = Date.now();
    const { status } = await getRun(run.id);
    if (FINAL.has(status)) await chat.load(session);
  }
}
