// @ts-check
/** One chat in memory: made empty, filled from the history, changed by events. */

import { RunText } from "./run_text.js";

export const FINAL = new Set(["completed", "failed", "cancelled"]);

/**
 * @param {string} id
 * @param {import("./event_gate.js").EventGate} gate
 * @returns {import("./types.js").Session}
 */
export function newSession(id, gate) {
  return { id, title: "", messages: [], runs: new Map(), state: id ? "empty" : "ready", problem: "", gate };
}

/**
 * @param {string} id
 * @returns {import("./types.js").Run}
 */
export function newRun(id) {
  return {
    id,
    status: "queued",
    agent: "",
    skill: "",
    mode: "",
    usage: null,
    text: new RunText(),
    steps: new Map(),
    artifacts: [],
    approvals: [],
    citations: [],
    line: "",
    stopping: false,
    failure: null,
    at: new Date().toISOString(),
    heardAt: Date.now(),
    version: 0,
  };
}

/**
 * @param {{content: string, clientId: string, agent?: string, attachments?: import("./types.js").Artifact[]}} fields
 * @returns {import("./types.js").Message}
 */
export function ownMessage({ content, clientId, agent = "", attachments = [] }) {
  return {
    id: clientId,
    clientId,
    role: "user",
    content,
    created_at: new Date().toISOString(),
    agent,
    citations: [],
    artifacts: [],
    attachments,
    runId: "",
    delivery: "sending",
    problem: "",
    version: 0,
  };
}

/**
 * The run with this id, made if it is new.
 * @param {import("./types.js").Session} session
 * @param {string} runId
 */
export function ensureRun(session, runId) {
  let run = session.runs.get(runId);
  if (!run) {
    run = newRun(runId);
    session.runs.set(runId, run);
  }
  return run;
}

/** The runs of a session that are not over.
 * @param {import("./types.js").Session} session */
export function activeRuns(session) {
  return [...session.runs.values()].filter((run) => !FINAL.has(run.status));
}

/**
 * Take over what the history says. Messages that the server does not know yet (still on their way) stay at the end.
 * @param {import("./types.js").Session} session
 * @param {any[]} rows messages as the API gives them
 */
export function mergeHistory(session, rows) {
  const known = new Map(session.messages.map((message) => [message.id, message]));
  const messages = rows.map((row) => updatedMessage(known.get(row.id), row));
  const stored = new Set(messages.map((message) => message.id));
  session.messages = [...messages, ...session.messages.filter((message) => !stored.has(message.id))];
  for (const row of rows) if (row.run_id) mergeRun(session, row);
}

/**
 * @param {import("./types.js").Message|undefined} known
 * @param {any} row
 * @returns {import("./types.js").Message}
 */
function updatedMessage(known, row) {
  const message = known ?? ownMessage({ content: "", clientId: "" });
  return Object.assign(message, {
    id: row.id,
    role: row.role,
    content: row.content ?? "",
    created_at: row.created_at,
    agent: row.agent ?? "",
    citations: row.citations ?? [],
    artifacts: row.artifacts ?? [],
    attachments: row.attachments ?? [],
    runId: row.run_id ?? "",
    delivery: "sent",
    version: message.version + 1,
  });
}

/**
 * @param {import("./types.js").Session} session
 * @param {any} row
 */
function mergeRun(session, row) {
  const run = ensureRun(session, row.run_id);
  run.at = row.created_at;
  if (row.run) mergeRunFields(run, row.run);
  if (row.role !== "assistant") return;
  run.agent = row.agent || run.agent;
  run.text.replace(row.content ?? "");
  run.citations = row.citations ?? [];
  run.artifacts = row.artifacts ?? [];
  if (!row.run) run.status = "completed";
}

/**
 * Take over a run as the API gives it (in the history, or from `/api/chat/runs/{id}`).
 * @param {import("./types.js").Run} run
 * @param {any} fields
 */
export function mergeRunFields(run, fields) {
  if (!FINAL.has(run.status) && fields.status) run.status = fields.status;
  run.agent = fields.agent || run.agent;
  run.skill = fields.skill || run.skill;
  run.mode = fields.mode || run.mode;
  run.usage = fields.usage ?? run.usage;
  if (run.status === "failed" && !run.failure) run.failure = failureOf(fields.error ?? {}, run.id);
  for (const step of fields.steps ?? []) mergeStep(run, step);
  for (const approval of fields.approvals ?? []) addApproval(run, approval);
  run.version += 1;
}

/**
 * @param {import("./types.js").Run} run
 * @param {any} row a step of the run API; only tool calls are shown
 */
function mergeStep(run, row) {
  if (row.kind && row.kind !== "tool") return;
  run.steps.set(row.key, {
    key: row.key,
    tool: row.tool,
    summary: row.summary || row.tool,
    state: stepState(row),
    startedAt: Date.now(),
    durationMs: typeof row.seconds === "number" ? row.seconds * 1000 : null,
  });
}

/**
 * @param {any} row
 * @returns {import("./types.js").Step["state"]}
 */
function stepState(row) {
  if (row.status === "running") return "running";
  return row.ok === false ? "failed" : "ok";
}

/**
 * @param {import("./types.js").Run} run
 * @param {any} approval
 */
export function addApproval(run, approval) {
  const known = run.approvals.find((one) => one.id === approval.id);
  if (known) Object.assign(known, approval);
  else run.approvals.push({ status: "pending", ...approval });
}

/**
 * @param {any} fields
 * @param {string} runId
 * @returns {import("./types.js").Failure}
 */
export function failureOf(fields, runId) {
  return {
    code: fields.code ?? "",
    detail: fields.detail ?? "",
    // The server's own rule for the reference of a run: the random end of its id.
    reference: fields.reference ?? runId.replaceAll("-", "").slice(-8).toUpperCase(),
  };
}
