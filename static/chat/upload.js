// @ts-check
/** A turn with a file. XMLHttpRequest, because fetch does not tell how much has been sent. */

import { ApiError, csrfToken, problem } from "./api.js";
import { t } from "./strings.js";

/**
 * @param {{file: File, message: string, sessionId: string, agent: string, clientId: string}} turn
 * @param {{onProgress: (share: number) => void, signal: AbortSignal}} options `share` runs from 0 to 1
 * @returns {Promise<any>} the server's 202 answer
 */
export function sendFile({ file, message, sessionId, agent, clientId }, { onProgress, signal }) {
  const form = new FormData();
  form.append("input_type", inputType(file));
  if (message) form.append("message", message);
  if (sessionId) form.append("session_id", sessionId);
  if (agent) form.append("agent", agent);
  form.append("file", file, file.name);

  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/chat/send-media");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Idempotency-Key", clientId);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(problem(request.status, request.responseText));
    };
    request.onerror = () => reject(new ApiError(0, "network", t("error.network")));
    request.onabort = () => reject(new ApiError(0, "aborted", t("attach.cancelled")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/**
 * The contract's `input_type` of a file.
 * @param {File} file
 * @returns {"image"|"video"|"audio"|"file"}
 */
export function inputType(file) {
  const family = file.type.split("/")[0];
  return family === "image" || family === "video" || family === "audio" ? family : "file";
}
