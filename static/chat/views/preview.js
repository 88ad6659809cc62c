// @ts-check
/** A file in a dialog: the picture of its first page, the rows of a table, or the beginning of a text. */

import { fileStart, samePath } from "../api.js";
import { parseCsv } from "../csv.js";
import { fill, h } from "../dom.js";
import { fileSize } from "../format.js";
import { t } from "../strings.js";
import { spinner } from "../icons.js";
import { openDialog } from "./dialogs.js";
import { READ, downloadLink, previewUrl } from "./file_links.js";
import { Prose } from "./prose.js";

const TEXT_BYTES = 64 * 1024;
const ROWS = 50;

/**
 * @param {import("../types.js").Artifact} artifact
 * @param {string} kind
 */
export function openPreview(artifact, kind) {
  const stage = h("div", { class: "preview-stage", tabindex: "0", role: "region", "aria-label": artifact.name }, spinner());
  openDialog({
    title: artifact.name,
    note: fileSize(artifact.size_bytes),
    body: stage,
    className: "is-wide",
    tools: [downloadLink(artifact)],
  });
  void show(stage, artifact, kind);
}

/**
 * @param {HTMLElement} stage
 * @param {import("../types.js").Artifact} artifact
 * @param {string} kind
 */
async function show(stage, artifact, kind) {
  try {
    if (READ.has(kind)) fill(stage, readable(await fileStart(artifact.download_url, TEXT_BYTES), kind));
    else fill(stage, await picture(artifact, kind));
  } catch {
    fill(stage, h("p", { class: "preview-note", text: t("artifact.nopreview") }));
  }
}

/**
 * An image is shown itself, everything else by the picture of its first page.
 * @param {import("../types.js").Artifact} artifact
 * @param {string} kind
 */
async function picture(artifact, kind) {
  const image = h("img", { class: "preview-picture", alt: artifact.name });
  image.src = kind === "image" ? samePath(artifact.download_url) : previewUrl(artifact);
  await image.decode();
  return image;
}

/**
 * @param {string} text
 * @param {string} kind
 */
function readable(text, kind) {
  if (kind === "csv") return table(text);
  if (kind !== "md") return h("pre", { class: "preview-text", text });
  const prose = new Prose();
  prose.update(text, { streaming: false, citations: [] });
  return prose.element;
}

/** @param {string} text */
function table(text) {
  const [head = [], ...rows] = parseCsv(text, ROWS + 1);
  const body = rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", { text: cell }))));
  const grid = h("table", {},
    h("thead", {}, h("tr", {}, ...head.map((cell) => h("th", { scope: "col", text: cell })))),
    h("tbody", {}, ...body),
  );
  const note = rows.length === ROWS ? h("p", { class: "preview-note", text: t("artifact.more", { count: ROWS }) }) : null;
  return h("div", { class: "prose preview-table" }, grid, note);
}
