// @ts-check
/** One message of the user, with the state of its sending. */

import { fill, h } from "../dom.js";
import { longTime, shortTime } from "../format.js";
import { icon, spinner } from "../icons.js";
import { t } from "../strings.js";
import { attachmentChip } from "./artifacts.js";
import { copyButton } from "./copy.js";

/** @typedef {import("../types.js").Message} Message */

export class QuestionView {
  #files = h("div", { class: "question-files" });
  #text = h("div", { class: "question-text" });
  #state = h("div", { class: "question-state" });
  #drawn = -1;
  /** @type {Message|null} */
  #message = null;

  /** @param {{settle: (message: Message, again: boolean) => void}} actions */
  constructor(actions) {
    this.actions = actions;
    const tools = h("div", { class: "question-tools" }, copyButton(() => this.#message?.content ?? ""));
    const article = h("article", { "aria-label": t("message.you") }, this.#files, this.#text, this.#state, tools);
    this.element = h("li", { class: "turn is-question" }, article);
  }

  /** @param {import("../timeline.js").TimelineItem} item */
  update({ message }) {
    if (!message || (message === this.#message && message.version === this.#drawn)) return;
    this.#message = message;
    this.#drawn = message.version;
    this.element.dataset.delivery = message.delivery;
    this.element.title = longTime(message.created_at);
    this.#files.hidden = message.attachments.length === 0;
    fill(this.#files, ...message.attachments.map(attachmentChip));
    this.#text.hidden = !message.content;
    this.#text.textContent = message.content;
    this.#drawState(message);
  }

  /** @param {Message} message */
  #drawState(message) {
    if (message.delivery === "sent") fill(this.#state, h("time", { datetime: message.created_at, text: shortTime(message.created_at) }));
    else if (message.delivery === "sending") fill(this.#state, spinner(), t("message.sending"));
    else if (message.delivery === "waiting") fill(this.#state, icon("clock"), t("message.waiting"));
    else fill(this.#state, icon("alert"), h("span", { text: t("message.refused", { detail: message.problem }) }),
      this.#button("message.retry", true), this.#button("message.discard", false));
  }

  /**
   * @param {string} label
   * @param {boolean} again
   */
  #button(label, again) {
    return h("button", { class: "link-button", type: "button", text: t(label),
      on: { click: () => this.#message && this.actions.settle(this.#message, again) } });
  }
}
