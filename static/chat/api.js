// @ts-check
/** The REST side (docs: /api/docs/). Every refusal becomes an ApiError whose message is a sentence for the user. */

import { t } from "./strings.js";

const TIMEOUT_MS = 30_000;
const PAGES_AT_MOST = 40;

export class ApiError extends Error {
  /**
   * @param {number} status HTTP status; 0 when the server was not reached
   * @param {string} code the problem's stable code
   * @param {string} message a sentence
   */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether trying the same again later can help: not reached, or the first try is still being worked on. */
  get passing() {
    return this.status === 0 || this.status === 502 || this.status === 504 || this.code === "in_progress";
  }
}

/** @param {string} [next] the `next` address of the page before */
export function listSessions(next) {
  return request("GET", next ? samePath(next) : "/api/chat/sessions");
}

/** @param {string} id */
export function deleteSession(id) {
  return request("DELETE", `/api/chat/sessions/${encodeURIComponent(id)}`);
}

/**
 * All messages of a session, oldest first, and the seq up to which they tell the story.
 * @param {string} sessionId
 * @returns {Promise<{messages: any[], lastSeq: number, title: string}>}
 */
export async function history(sessionId) {
  /** @type {string|null} */
  let next = `/api/chat/history?limit=100&session_id=${encodeURIComponent(sessionId)}`;
  /** @type {any[]} */
  const messages = [];
  // The first page's seq: what happened while the later pages were read is replayed, and replaying is harmless.
  let lastSeq = -1;
  let title = "";
  for (let page = 0; next !== null && page < PAGES_AT_MOST; page += 1) {
    const body = await request("GET", next);
    messages.push(...body.results);
    if (lastSeq < 0) lastSeq = body.last_seq ?? 0;
    title = body.title ?? title;
    next = body.next ? samePath(body.next) : null;
  }
  return { messages, lastSeq: Math.max(lastSeq, 0), title };
}

/**
 * A turn of text. The client id makes a retry return the first answer.
 * @param {{message: string, sessionId: string, agent: string, clientId: string}} turn
 */
export function sendText({ message, sessionId, agent, clientId }) {
  const body = { message, ...(sessionId && { session_id: sessionId }), ...(agent && { agent }) };
  return request("POST", "/api/chat/send", { body: JSON.stringify(body), key: clientId });
}

/** @param {string} runId */
export function getRun(runId) {
  return request("GET", `/api/chat/runs/${encodeURIComponent(runId)}`);
}

/** @param {string} runId */
export function cancelRun(runId) {
  return request("POST", `/api/chat/runs/${encodeURIComponent(runId)}/cancel`);
}

/**
 * @param {string} approvalId
 * @param {{decision: "approve"|"reject", arguments?: Object<string, unknown>, note?: string}} decision
 */
export function decide(approvalId, decision) {
  const path = `/api/approvals/${encodeURIComponent(approvalId)}/decide`;
  return request("POST", path, { body: JSON.stringify(decision) });
}

/**
 * The beginning of a file as text.
 * @param {string} url
 * @param {number} bytes
 */
export async function fileStart(url, bytes) {
  const response = await fetch(samePath(url), {
    headers: { Range: `bytes=0-${bytes - 1}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new ApiError(response.status, "", t("artifact.previewfailed"));
  return response.text();
}

/**
 * What there is to show of a file: its `pages` that have pictures, or the first `rows` of a table.
 * @param {string} id
 * @param {"pages" | "rows"} what
 */
export function fileFacts(id, what) {
  return request("GET", `/api/files/${encodeURIComponent(id)}/${what}`);
}

/**
 * A stored file as a File again, so that it can be sent once more.
 * @param {import("./types.js").Artifact} artifact
 */
export async function fileAgain(artifact) {
  const response = await fetch(samePath(artifact.download_url));
  if (!response.ok) throw new ApiError(response.status, "", t("run.retryfailed"));
  const content = await response.blob();
  return new File([content], artifact.name, { type: content.type });
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: string, key?: string}} [options]
 * @returns {Promise<any>}
 */
async function request(method, path, { body, key } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(path, { method, headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new ApiError(0, "network", t("error.network"));
  }
  const text = await response.text();
  if (!response.ok) throw problem(response.status, text);
  return text ? JSON.parse(text) : null;
}

/**
 * The error of a refused request; a lost log-in leads to the log-in page.
 * @param {number} status
 * @param {string} text the body, a problem document if we are lucky
 */
export function problem(status, text) {
  let document_ = /** @type {any} */ ({});
  try {
    document_ = JSON.parse(text) ?? {};
  } catch {
    // Not ours (a proxy's HTML page): the status has to do.
  }
  if (status === 401 || document_.code === "not_authenticated") toLogin();
  return new ApiError(status, document_.code ?? "", sentence(status, document_));
}

/**
 * @param {number} status
 * @param {any} document_
 */
function sentence(status, document_) {
  const fields = Object.values(document_.errors ?? {}).flat().filter((entry) => typeof entry === "string");
  if (fields.length > 0) return fields.join(" ");
  if (typeof document_.detail === "string" && document_.detail) return document_.detail;
  if (status === 413) return t("error.toolarge");
  if (status === 429) return t("error.toofast");
  if (status === 403) return t("error.forbidden");
  return status >= 500 ? t("error.server") : t("error.unknown", { status });
}

/** Leave for the log-in page, and come back here afterwards. */
export function toLogin() {
  location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
}

export function csrfToken() {
  const match = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return match ? decodeURIComponent(match[1]) : "";
}

/**
 * An address as the server wrote it (perhaps with another host in front), as a path of this origin.
 * @param {string} address
 */
export function samePath(address) {
  const url = new URL(address, location.href);
  return url.pathname + url.search;
}
