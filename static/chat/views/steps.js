// @ts-check
/**
 * What a run is doing and has done. While nothing is written yet the steps stand open; with the first word they fold into
 * one line, so that the text under them does not move later.
 */

import { fill, h } from "../dom.js";
import { duration } from "../format.js";
import { icon, spinner } from "../icons.js";
import { FINAL } from "../session_state.js";
import { t, tn } from "../strings.js";

export class Steps {
  #caption = h("span", { class: "steps-caption" });
  #list = h("ol", { class: "steps-list" });
  #lead = h("span", { class: "steps-lead" }, icon("chevron"));
  #summary = h("summary", {}, this.#lead, this.#caption);
  element = h("details", { class: "steps", hidden: true }, this.#summary, this.#list);
  /** @type {Map<string, {row: HTMLElement, state: string}>} */
  #rows = new Map();
  #touched = false;
  #folded = false;

  constructor() {
    this.#summary.addEventListener("click", () => {
      this.#touched = true;
    });
  }

  /** @param {import("../types.js").Run} run */
  update(run) {
    const steps = [...run.steps.values()];
    const over = FINAL.has(run.status);
    this.element.hidden = steps.length === 0;
    for (const step of steps) this.#draw(step, run.status === "waiting_approval");
    this.#caption.textContent = this.#captionOf(run, steps, over);
    this.#summary.classList.toggle("is-live", run.status === "running" && steps.some((step) => step.state === "running"));
    this.#fold(run, over);
  }

  /**
   * @param {import("../types.js").Run} run
   * @param {boolean} over
   */
  #fold(run, over) {
    if (this.#touched) return;
    if (over || run.text.length > 0) {
      if (!this.#folded) this.element.open = false;
      this.#folded = true;
    } else if (this.#rows.size > 0) {
      this.element.open = true;
    }
  }

  /**
   * @param {import("../types.js").Step} step
   * @param {boolean} waits the run waits for a person
   */
  #draw(step, waits) {
    const known = this.#rows.get(step.key);
    const state = `${step.state}|${waits}|${step.summary}`;
    if (known?.state === state) return;
    const row = known?.row ?? h("li", {});
    row.className = `step is-${step.state}`;
    const spoken = { running: t("steps.running"), ok: t("steps.ok"), failed: t("steps.bad") }[step.state];
    const mark = { running: waits ? icon("clock") : spinner(), ok: icon("check"), failed: icon("cross") }[step.state];
    fill(
      row,
      h("span", { class: "step-mark" }, mark),
      h("span", { class: "step-summary", text: step.summary }),
      h("span", { class: "visually-hidden", text: ` (${spoken})` }),
      h("span", { class: "step-time", text: duration(step.durationMs) }),
    );
    if (!known) this.#list.append(row);
    this.#rows.set(step.key, { row, state });
  }

  /**
   * @param {import("../types.js").Run} run
   * @param {import("../types.js").Step[]} steps
   * @param {boolean} over
   */
  #captionOf(run, steps, over) {
    const running = steps.filter((step) => step.state === "running").at(-1);
    if (!over && running) return running.summary;
    const total = steps.reduce((sum, step) => sum + (step.durationMs ?? 0), 0);
    const time = duration(total);
    return tn(over ? "steps.done" : "steps.sofar", steps.length) + (time ? ` · ${time}` : "");
  }
}
