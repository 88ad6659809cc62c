// @ts-check
/** Sends the small forms of the page and fetches its pieces. A refusal becomes a `Problem`. */

import { get, Problem } from "../../admin_mezzofy/http.js";

/** Long enough for a large file over a slow line. */
const TIMEOUT_MS = 300_000;

export { get, Problem };

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter the button that was pressed; its name and value go along
 * @param {string} kind of the entries in the timeline that comes back; "": all
 * @returns {Promise<{ message: string, regions: Record<string, string> }>}
 */
export async function send(form, submitter, kind) {
  const address = new URL(form.getAttribute("action") ?? "", location.href);
  address.searchParams.set("kind", kind);
  let response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new FormData(form, submitter),
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Problem(0, "unreachable", "");
  }
  // A page in place of JSON is the log-in: the session has ended.
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  const answer = isJson ? await response.json() : null;
  if (response.ok && answer) return answer;
  throw new Problem(response.status, answer?.code ?? "unreadable", answer?.detail ?? "", answer?.errors ?? {});
}
