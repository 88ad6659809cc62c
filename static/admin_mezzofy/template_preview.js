// @ts-check
/** The preview of a template's version. What has faults cannot be published. */

import { Problem, get } from "./http.js";
import { showFailure, showPreview } from "./template_pages.js";

for (const stage of document.querySelectorAll("[data-preview]")) {
  if (stage instanceof HTMLElement) void show(stage);
}

/** @param {HTMLElement} stage */
async function show(stage) {
  try {
    /** @type {import("./template_pages.js").Preview} */
    const preview = await get(stage.dataset.preview ?? "");
    showPreview(stage, preview);
    for (const button of document.querySelectorAll("[data-publish]")) {
      if (button instanceof HTMLButtonElement) button.disabled = preview.problems.some((problem) => problem.blocks);
    }
  } catch (error) {
    showFailure(stage, error instanceof Problem ? error.detail : "");
  }
}
