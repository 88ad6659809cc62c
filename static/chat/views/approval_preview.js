// @ts-check
/** What a question is about, as its tool tells it: warnings first, then what would happen, then the text itself. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { blocks, renderBlock } from "../markdown.js";
import { t } from "../strings.js";

/** @typedef {import("../types.js").ApprovalPreview} ApprovalPreview */

/**
 * Whether the preview tells anything better than the bare arguments.
 * @param {ApprovalPreview|undefined} preview
 * @returns {preview is ApprovalPreview}
 */
export function tells(preview) {
  return Boolean(preview && (preview.lines?.length || preview.body));
}

/**
 * @param {ApprovalPreview} preview
 * @returns {Node[]}
 */
export function previewParts(preview) {
  const lines = (preview.lines ?? []).map(([label, value]) => h("div", {}, h("dt", { text: label }), h("dd", { text: value })));
  return [
    ...(lines.length ? [h("dl", { class: "arguments" }, ...lines)] : []),
    ...(preview.body ? [body(preview)] : []),
  ];
}

/**
 * @param {ApprovalPreview|undefined} preview
 * @returns {Node[]}
 */
export function warnings(preview) {
  return (preview?.warnings ?? []).map((text) => h("p", { class: "approval-warning" }, icon("shield"), h("span", { text })));
}

/**
 * A letter keeps its lines: a single line end is one here, too.
 * @param {string} text
 */
function asWritten(text) {
  return text.replace(/([^\n])\n(?!\n)/g, "$1  \n");
}

/** @param {ApprovalPreview} preview */
function body({ body: text = "", body_format: format }) {
  if (format === "markdown") return h("div", { class: "approval-body prose" }, ...blocks(asWritten(text)).map(renderBlock));
  if (format !== "html") return h("div", { class: "approval-body is-plain", text });
  const frame = h("iframe", { class: "approval-mail", sandbox: "", title: t("approval.details") });
  frame.setAttribute("srcdoc", text);
  return frame;
}
