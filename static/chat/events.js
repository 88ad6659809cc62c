// @ts-check
/**
 * What each server event means for a chat. Every change is harmless when repeated, and a run that is over takes no more
 * events, so a replay can never undo or double anything.
 */

import { FINAL, activeRuns, addApproval, ensureRun, failureOf } from "./session_state.js";

/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Session} Session */

/** @type {Record<string, (run: Run, event: any, session: Session, repeat: boolean) => void>} */
const onRun = {
  "run.started": started,
  "text.delta": wrote,
  "tool.started": stepStarted,
  "tool.finished": stepFinished,
  "artifact.created": artifactCreated,
  "approval.requested": approvalRequested,
  "run.completed": completed,
  "run.failed": failed,
  "run.cancelled": cancelled,
};

/**
 * Apply an event. True when the chat has changed.
 * @param {Session} session
 * @param {any} event
 * @param {boolean} repeat the event's seq has been passed before
 */
export function applyEvent(session, event, repeat) {
  if (event.type === "status") return !repeat && setLine(session, event);
  const change = onRun[event.type];
  if (!change || !event.run_id) return false;
  const run = ensureRun(session, event.run_id);
  if (FINAL.has(run.status) && !(repeat && event.type === "run.completed")) return false;
  run.heardAt = Date.now();
  change(run, event, session, repeat);
  run.version += 1;
  return true;
}

/**
 * The live line of the run that is at work.
 * @param {Session} session
 * @param {any} event
 */
function setLine(session, event) {
  const run = event.run_id ? session.runs.get(event.run_id) : activeRuns(session).at(-1);
  if (!run || FINAL.has(run.status)) return false;
  run.line = event.message ?? "";
  run.heardAt = Date.now();
  run.version += 1;
  return true;
}

/** @param {Run} run @param {any} event */
function started(run, event) {
  run.agent = event.agent || run.agent;
  run.skill = event.skill || run.skill;
  run.mode = event.mode || run.mode;
  if (run.status === "queued") run.status = "running";
}

/** @param {Run} run @param {any} event @param {Session} session @param {boolean} repeat */
function wrote(run, event, session, repeat) {
  run.status = "running";
  run.line = "";
  if (!run.text.write(event.text, event.offset ?? run.text.length, repeat)) session.gate.askForMissed();
}

/** @param {Run} run @param {any} event */
function stepStarted(run, event) {
  const key = String(event.step);
  if (run.steps.has(key)) return;
  run.status = "running";
  run.line = "";
  run.steps.set(key, {
    key,
    tool: event.tool ?? "",
    summary: event.summary || event.tool || "",
    state: "running",
    startedAt: Date.now(),
    durationMs: null,
  });
}

/** @param {Run} run @param {any} event */
function stepFinished(run, event) {
  const key = String(event.step);
  const known = run.steps.get(key);
  if (known && known.state !== "running") return;
  run.line = "";
  run.steps.set(key, {
    key,
    tool: event.tool ?? known?.tool ?? "",
    summary: event.summary || known?.summary || event.tool || "",
    state: event.ok === false ? "failed" : "ok",
    startedAt: known?.startedAt ?? Date.now(),
    durationMs: event.duration_ms ?? (known ? Date.now() - known.startedAt : null),
  });
}

/** @param {Run} run @param {any} event */
function artifactCreated(run, event) {
  if (!run.artifacts.some((artifact) => artifact.id === event.artifact.id)) run.artifacts.push(event.artifact);
}

/** @param {Run} run @param {any} event */
function approvalRequested(run, event) {
  if (run.approvals.some((approval) => approval.id === event.approval.id)) return;
  addApproval(run, event.approval);
  run.status = "waiting_approval";
}

/** @param {Run} run @param {any} event */
function completed(run, event) {
  const response = event.response ?? {};
  run.status = "completed";
  run.line = "";
  run.agent = response.agent || run.agent;
  run.skill = response.skill || run.skill;
  run.mode = response.mode || run.mode;
  run.usage = response.usage ?? run.usage;
  run.citations = response.reply?.citations ?? run.citations;
  if (typeof response.reply?.content === "string") run.text.replace(response.reply.content);
  for (const artifact of response.artifacts ?? []) artifactCreated(run, { artifact });
  for (const approval of response.approvals ?? []) addApproval(run, approval);
  end(run, "ok");
}

/** @param {Run} run @param {any} event */
function failed(run, event) {
  run.status = "failed";
  run.line = "";
  run.failure = failureOf(event, run.id);
  end(run, "failed");
}

/** @param {Run} run */
function cancelled(run) {
  run.status = "cancelled";
  run.line = "";
  end(run, "failed");
}

/**
 * Nothing of a run that is over still runs or waits, whichever event was lost.
 * @param {Run} run
 * @param {"ok"|"failed"} state
 */
function end(run, state) {
  for (const step of run.steps.values()) if (step.state === "running") step.state = state;
  for (const approval of run.approvals) if (approval.status === "pending") approval.status = "expired";
}
