// @ts-check
/** A file in a dialog: pictures of its first pages, the rows of a table, or the beginning of a text. */

import { fileFacts, fileStart, samePath } from "../api.js";
import { fill, h } from "../dom.js";
import { fileSize } from "../format.js";
import { t } from "../strings.js";
import { spinner } from "../icons.js";
import { openDialog } from "./dialogs.js";
import { READ, TABLED, downloadLink, previewUrl } from "./file_links.js";
import { Prose } from "./prose.js";

const TEXT_BYTES = 64 * 1024;

/**
 * @param {import("../types.js").Artifact} artifact
 * @param {string} kind
 */
export function openPreview(artifact, kind) {
  const stage = h("div", { class: "preview-stage", tabindex: "0", autofocus: "", role: "region", "aria-label": artifact.name }, spinner());
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
    else if (TABLED.has(kind)) fill(stage, rows(await fileFacts(artifact.id, "rows")));
    else if (kind === "image") fill(stage, await picture(samePath(artifact.download_url), artifact.name));
    else fill(stage, await pages(artifact));
  } catch {
    fill(stage, h("p", { class: "preview-note", text: t("artifact.nopreview") }));
  }
}

/**
 * @param {string} address
 * @param {string} name
 */
async function picture(address, name) {
  const image = h("img", { class: "preview-picture", alt: name });
  image.src = address;
  await image.decode();
  return image;
}

/**
 * The first pages, and what to know of them.
 * @param {import("../types.js").Artifact} artifact
 */
async function pages(artifact) {
  /** @type {{ pages: number, total: number, simplified: boolean }} */
  const shown = await fileFacts(artifact.id, "pages");
  const numbers = Array.from({ length: shown.pages }, (_unused, index) => index + 1);
  const pictures = await Promise.all(
    numbers.map((page) => picture(`${previewUrl(artifact)}?page=${page}`, t("artifact.page", { page, name: artifact.name }))),
  );
  const notes = [
    shown.simplified && t("artifact.simplified"),
    shown.total > shown.pages && t("artifact.pages", { shown: shown.pages, total: shown.total }),
  ].filter(Boolean);
  const note = notes.length ? h("p", { class: "preview-note", text: notes.join(" ") }) : null;
  return h("div", { class: "preview-pages" }, ...pictures, note);
}

/**
 * @param {string} text
 * @param {string} kind
 */
function readable(text, kind) {
  if (kind !== "md") return h("pre", { class: "preview-text", text });
  const prose = new Prose();
  prose.update(text, { streaming: false, citations: [] });
  return prose.element;
}

/** @param {{ columns: string[], rows: string[][], more: boolean }} given */
function rows(given) {
  const styles = given.columns.map((_name, place) => (isNumeric(given.rows.map((row) => row[place])) ? "is-number" : ""));
  const body = given.rows.map((row) => h("tr", {}, ...row.map((cell, place) => h("td", { class: styles[place], text: cell }))));
  const grid = h("table", {},
    h("thead", {}, h("tr", {}, ...given.columns.map((cell, place) => h("th", { scope: "col", class: styles[place], text: cell })))),
    h("tbody", {}, ...body),
  );
  const note = given.more ? h("p", { class: "preview-note", text: t("artifact.more", { count: given.rows.length }) }) : null;
  return h("div", { class: "prose preview-table" }, grid, note);
}

/** @param {string[]} cells */
function isNumeric(cells) {
  const given = cells.filter(Boolean);
  return given.length > 0 && given.every((cell) => /^[-+−]?[\d,]+(\.\d+)?( ?%)?$/.test(cell));
}
