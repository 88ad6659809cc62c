// @ts-check
/** JSON requests to our own server. A refusal becomes a `Problem`, whose message is a sentence for the user. */

const TIMEOUT_MS = 30_000;
const CODE_UNREACHABLE = "unreachable";

export class Problem extends Error {
  /**
   * @param {number} status HTTP status; 0 when the server was not reached
   * @param {string} code stable code, such as "stale" or "forbidden"
   * @param {string} detail a sentence for the user; "" when the server gave none
   * @param {Record<string, any>} [errors] by field
   */
  constructor(status, code, detail, errors = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }

  /** Whether the server was not reached at all. */
  get unreachable() {
    return this.status === 0;
  }
}

/**
 * @param {string} url
 * @returns {Promise<any>} the parsed answer
 */
export function get(url) {
  return request("GET", url);
}

/**
 * @param {string} url
 * @param {unknown} [body] sent as JSON; a form as it is
 * @returns {Promise<any>}
 */
export function post(url, body = {}) {
  return request("POST", url, body);
}

/**
 * @param {string} url
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export function patch(url, body = {}) {
  return request("PATCH", url, body);
}

/**
 * @param {string} url
 * @returns {Promise<any>} null: there is nothing left to answer with
 */
export function del(url) {
  return request("DELETE", url);
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 */
async function request(method, url, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined || isForm ? body : JSON.stringify(body),
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Problem(0, CODE_UNREACHABLE, "");
  }
  const answer = await parsed(response);
  if (!response.ok) throw problemOf(response.status, answer);
  return answer;
}

/** @param {Response} response */
async function parsed(response) {
  if (response.status === 204) return null;
  const kind = response.headers.get("Content-Type") ?? "";
  if (!kind.includes("json")) return null;
  return response.json();
}

/**
 * @param {number} status
 * @param {any} answer problem document (RFC 9457), or null when something else answered
 */
function problemOf(status, answer) {
  return new Problem(status, answer?.code ?? "", answer?.detail ?? "", answer?.errors ?? {});
}

/** The token of the form on the page, or of the cookie where there is no form. */
function csrfToken() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  if (cookie) return decodeURIComponent(cookie.slice("csrftoken=".length));
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  return field instanceof HTMLInputElement ? field.value : "";
}
