// @ts-check
/** What a file is, and where its picture and its bytes are. */

import { samePath } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../strings.js";

/** Kinds of which the server may have a picture of the first page. */
export const PICTURED = new Set(["pdf", "pptx", "docx", "image"]);
/** Kinds of which the server tells the first rows. */
export const TABLED = new Set(["csv", "xlsx"]);
/** Kinds that are shown by reading their first bytes. */
export const READ = new Set(["md", "txt", "json", "eml", "log"]);

/** @typedef {import("../types.js").Artifact} Artifact */

/**
 * The kind of a file: our own word, from whatever the server or the browser calls it.
 * @param {Artifact} artifact
 */
export function kindOf(artifact) {
  if (!artifact.type.includes("/")) return artifact.type;
  const [family] = artifact.type.split("/");
  if (["image", "audio", "video"].includes(family)) return family;
  return artifact.name.split(".").at(-1)?.toLowerCase() ?? "";
}

/** @param {Artifact} artifact */
export function downloadLink(artifact) {
  return h("a", {
    class: "icon-button",
    href: samePath(artifact.download_url),
    download: artifact.name,
    title: t("message.download"),
    "aria-label": t("artifact.download", { name: artifact.name }),
  }, icon("download"));
}

/** @param {Artifact} artifact */
export function previewUrl(artifact) {
  return `/api/files/${encodeURIComponent(artifact.id)}/preview`;
}
