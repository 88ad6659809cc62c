// @ts-check
/** A question to the user: may this be done? With what would be done, and the answer once it is given. */

import { ApiError } from "../api.js";
import { fill, h } from "../dom.js";
import { words } from "../format.js";
import { icon } from "../icons.js";
import { t } from "../strings.js";
import { previewParts, tells, warnings } from "./approval_preview.js";
import { argumentFields, argumentList, readable } from "./arguments.js";

/** @typedef {import("../types.js").Approval} Approval */
/** @typedef {(approval: Approval, decision: {decision: "approve"|"reject", arguments?: Object<string, unknown>, note?: string}) => Promise<void>} Decide */

export class ApprovalCard {
  element = h("section", { class: "approval", tabindex: "-1", "aria-label": t("approval.title") });
  #problem = h("p", { class: "approval-problem", role: "alert", hidden: true });
  #note = h("input", { type: "text", class: "approval-note", placeholder: t("approval.note"), "aria-label": t("approval.note"), maxlength: 500 });
  #drawn = "";
  /** @type {(() => Object<string, unknown>)|null} */
  #edited = null;

  /**
   * @param {Approval} approval
   * @param {Decide} decide
   */
  constructor(approval, decide) {
    this.approval = approval;
    this.decide = decide;
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Escape leaves what is being typed here; it must not stop the run that waits.
   * @param {KeyboardEvent} event
   */
  #key(event) {
    const field = event.target;
    if (event.key !== "Escape" || event.isComposing || !(field instanceof HTMLElement) || !field.matches("input, textarea")) return;
    event.preventDefault();
    if (field === this.#note || !this.#edited) this.element.focus();
    else {
      this.#edited = null;
      this.#ask();
      /** @type {HTMLElement|null} */ (this.element.querySelector(".approval-edit"))?.focus();
    }
  }

  update() {
    const state = `${this.approval.status}|${this.approval.decided_by ?? ""}|${Boolean(this.approval.arguments)}`;
    if (state === this.#drawn) return;
    this.#drawn = state;
    if (this.approval.status === "pending") this.#ask();
    else this.#tell();
  }

  #ask() {
    this.element.className = "approval is-pending";
    const values = this.approval.arguments ?? {};
    const editor = h("div", {});
    const details = h("div", { class: "approval-details", role: "group", tabindex: "0", "aria-label": t("approval.details") });
    const approve = h("button", { class: "button is-primary", type: "button" }, icon("check"), t("approval.approve"));
    approve.disabled = Boolean(this.approval.four_eyes);
    const reject = h("button", { class: "button", type: "button" }, icon("cross"), t("approval.reject"));
    const edit = h("button", { class: "button is-quiet approval-edit", type: "button" }, icon("edit"), t("approval.edit"));
    const isEmpty = readable(values).length === 0;
    fill(details, ...this.#shown(values));
    edit.hidden = isEmpty;
    edit.addEventListener("click", () => {
      const fields = argumentFields(values, this.approval.fields);
      this.#edited = fields.read;
      fill(editor, fields.element);
      edit.hidden = true;
      /** @type {HTMLElement|null} */ (fields.element.querySelector("input, textarea"))?.focus();
    });
    approve.addEventListener("click", () => void this.#answer("approve"));
    reject.addEventListener("click", () => void this.#answer("reject"));
    const title = h("h3", {}, icon("shield"), h("span", { text: t("approval.title") }), h("span", { class: "approval-tool", text: words(this.approval.tool) }));
    const buttons = h("div", { class: "approval-buttons" }, approve, reject, edit);
    const summary = h("p", { class: "approval-summary", text: this.approval.summary });
    const why = this.approval.why ? [h("p", { class: "quiet", text: this.approval.why })] : [];
    fill(this.element, title, summary, ...why, ...this.#second(), ...warnings(this.approval.preview), details, editor, this.#note, this.#problem, buttons);
  }

  /** Who has to agree, where the requester may not. */
  #second() {
    if (!this.approval.four_eyes) return [];
    const names = (this.approval.deciders ?? []).join(", ");
    const text = names ? t("approval.deciders", { names }) : t("approval.foureyes");
    return [h("p", { class: "approval-warning" }, icon("shield"), h("span", { text }))];
  }

  /** @param {Object<string, unknown>} values */
  #shown(values) {
    if (tells(this.approval.preview)) return previewParts(this.approval.preview);
    return readable(values).length === 0 ? [h("p", { class: "quiet", text: t("approval.nothing") })] : [argumentList(values)];
  }

  #tell() {
    const { status = "", summary, decided_by: by } = this.approval;
    const outcome = status === "approved" || status === "rejected" || status === "expired" ? t(`approval.${status}`) : words(status);
    this.element.className = `approval is-${status}`;
    const line = by ? t("approval.by", { outcome, name: nameOf(by) }) : outcome;
    fill(this.element,
      h("p", { class: "approval-outcome" }, icon(status === "approved" ? "check" : status === "expired" ? "clock" : "cross"),
        h("strong", { text: line }), h("span", { text: summary })),
      this.#problem,
    );
  }

  /** @param {"approve"|"reject"} decision */
  async #answer(decision) {
    this.#say("");
    try {
      const changed = decision === "approve" && this.#edited ? { arguments: this.#edited() } : {};
      const note = this.#note.value.trim();
      this.#busy(true);
      await this.decide(this.approval, { decision, ...changed, ...(note && { note }) });
    } catch (error) {
      if (error instanceof RangeError) this.#say(error.message);
      else if (error instanceof ApiError) this.#say(error.status === 409 ? t("approval.already", { detail: error.message }) : error.message);
      else throw error;
    } finally {
      this.#busy(false);
    }
  }

  /** @param {boolean} busy */
  #busy(busy) {
    for (const button of this.element.querySelectorAll("button")) {
      button.disabled = busy || (Boolean(this.approval.four_eyes) && button.classList.contains("is-primary"));
    }
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#problem.textContent = sentence;
    this.#problem.hidden = !sentence;
  }
}

/** @param {unknown} who a name, or a user as the API gives it */
function nameOf(who) {
  return typeof who === "string" ? who : /** @type {{name?: string}} */ (who).name ?? "";
}
