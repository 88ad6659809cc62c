// @ts-check
/** Files as cards: what an answer made, and what a user sent. */

import { samePath } from "../api.js";
import { h } from "../dom.js";
import { fileSize } from "../format.js";
import { fileIcon, icon } from "../icons.js";
import { t } from "../strings.js";
import { PICTURED, READ, TABLED, downloadLink, kindOf, previewUrl } from "./file_links.js";
import { openPreview } from "./preview.js";

/**
 * A card with preview and download.
 * @param {import("../types.js").Artifact} artifact
 */
export function artifactCard(artifact) {
  const kind = kindOf(artifact);
  const face = h("span", { class: `artifact-face is-${kind}` }, icon(fileIcon(kind)));
  if (artifact.id && PICTURED.has(kind)) addThumbnail(face, artifact);
  const label = h("span", { class: "artifact-label" },
    h("span", { class: "artifact-name", title: artifact.name, text: artifact.name }),
    h("span", { class: "artifact-meta", text: metaOf(artifact, kind) }),
  );
  const body = artifact.id && [PICTURED, TABLED, READ].some((kinds) => kinds.has(kind))
    ? h("button", { class: "artifact-open", type: "button", "aria-label": t("artifact.preview", { name: artifact.name }),
        on: { click: () => openPreview(artifact, kind) } }, face, label)
    : h("span", { class: "artifact-open" }, face, label);
  return h("li", { class: "artifact", data: { artifact: artifact.id } }, body, artifact.download_url && downloadLink(artifact));
}

/**
 * A small line for a file in the user's own message.
 * @param {import("../types.js").Artifact} artifact
 */
export function attachmentChip(artifact) {
  const kind = kindOf(artifact);
  const inner = [
    icon(fileIcon(kind)),
    h("span", { class: "chip-name", text: artifact.name }),
    h("span", { class: "chip-meta", text: fileSize(artifact.size_bytes) }),
  ];
  if (!artifact.download_url) return h("span", { class: "chip" }, ...inner);
  const label = t("artifact.download", { name: artifact.name });
  return h("a", { class: "chip", href: samePath(artifact.download_url), download: artifact.name, "aria-label": label }, ...inner);
}

/**
 * @param {import("../types.js").Artifact} artifact
 * @param {string} kind
 */
function metaOf(artifact, kind) {
  return [kind.toUpperCase(), fileSize(artifact.size_bytes)].filter(Boolean).join(" · ");
}

/**
 * The picture of the first page, if the server has one; until then, and otherwise, the icon stays.
 * @param {HTMLElement} face
 * @param {import("../types.js").Artifact} artifact
 */
function addThumbnail(face, artifact) {
  const picture = h("img", { alt: "", loading: "lazy", decoding: "async", src: previewUrl(artifact) });
  picture.className = "artifact-loading";
  picture.addEventListener("load", () => {
    picture.className = "";
    face.replaceChildren(picture);
  });
  picture.addEventListener("error", () => picture.remove());
  face.append(picture);
}
