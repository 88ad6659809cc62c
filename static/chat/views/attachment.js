// @ts-check
/** The file that goes with the next message: chosen, dropped or pasted, checked, shown, and its way to the server. */

import { byId, fill, h } from "../dom.js";
import { fileSize } from "../format.js";
import { fileIcon, icon } from "../icons.js";
import { t } from "../strings.js";
import { kindOf } from "./file_links.js";

export class Attachment {
  #tray = byId("attachment");
  #picker = byId("file-input");
  /** @type {File|null} */
  file = null;
  /** @type {string|null} */
  #pictureUrl = null;
  /** @type {AbortController|null} */
  #sending = null;
  #bar = h("progress", { max: 1, value: 0, "aria-label": t("attach.uploading", { percent: "" }).trim() });
  #note = h("span", { class: "attachment-note" });

  /**
   * @param {number} maxBytes
   * @param {{say: (sentence: string) => void, changed: () => void}} owner
   */
  constructor(maxBytes, { say, changed }) {
    this.maxBytes = maxBytes;
    this.say = say;
    this.changed = changed;
    const input = /** @type {HTMLInputElement} */ (this.#picker);
    byId("attach-button").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.take([...(input.files ?? [])]);
      input.value = "";
    });
    document.addEventListener("paste", (event) => this.#paste(event));
    this.#listenForDrops();
  }

  /**
   * Take the first of these files, if it can be sent.
   * @param {File[]} files
   */
  take(files) {
    if (files.length === 0 || this.#sending) return;
    const [file] = files;
    if (file.size > this.maxBytes) {
      this.say(t("attach.toolarge", { name: file.name, size: fileSize(file.size), max: fileSize(this.maxBytes) }));
      return;
    }
    if (file.size === 0) {
      this.say(t("attach.emptyfile", { name: file.name }));
      return;
    }
    this.say(files.length > 1 ? t("attach.one", { name: file.name }) : "");
    this.#set(file);
  }

  clear() {
    this.#set(null);
  }

  /** The way to the server begins: shows the bar; the signal fires when the user cancels. */
  begin() {
    this.#sending = new AbortController();
    this.#draw();
    return {
      signal: this.#sending.signal,
      onProgress: (/** @type {number} */ share) => this.#progress(share),
    };
  }

  /** The way is over, well or not. */
  end() {
    this.#sending = null;
    this.#draw();
  }

  /** @param {File|null} file */
  #set(file) {
    if (this.#pictureUrl) URL.revokeObjectURL(this.#pictureUrl);
    this.file = file;
    this.#pictureUrl = file?.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    this.#draw();
    this.changed();
  }

  #draw() {
    const { file } = this;
    this.#tray.hidden = !file;
    if (!file) return;
    const kind = kindOf({ id: "", name: file.name, type: file.type || "file/x", size_bytes: file.size, download_url: "" });
    const face = this.#pictureUrl ? h("img", { src: this.#pictureUrl, alt: "" }) : icon(fileIcon(kind));
    const label = this.#sending ? t("attach.cancel") : t("attach.remove", { name: file.name });
    const remove = h("button", { class: "icon-button small", type: "button", "aria-label": label, title: label }, icon("close"));
    remove.addEventListener("click", () => (this.#sending ? this.#sending.abort() : this.clear()));
    this.#note.textContent = fileSize(file.size);
    this.#bar.hidden = !this.#sending;
    this.#bar.value = 0;
    fill(this.#tray, h("span", { class: `artifact-face is-${kind}` }, face),
      h("span", { class: "attachment-label" }, h("span", { class: "attachment-name", text: file.name }), this.#note, this.#bar), remove);
  }

  /** @param {number} share */
  #progress(share) {
    this.#bar.value = share;
    this.#note.textContent = share < 1 ? t("attach.uploading", { percent: Math.round(share * 100) }) : t("attach.reading");
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    if (document.querySelector("dialog[open]")) return;
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.take(files);
  }

  #listenForDrops() {
    const overlay = byId("drop-overlay");
    let depth = 0;
    const carriesFiles = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const show = (/** @type {number} */ change) => {
      depth = Math.max(0, depth + change);
      overlay.hidden = depth === 0;
    };
    addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
    addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
    addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      show(-depth);
      this.take([...(event.dataTransfer?.files ?? [])]);
    });
  }
}
