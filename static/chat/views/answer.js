// @ts-check
/** One answer: who gives it, what it works on, its text, files, questions and sources. */

import { arrange, fill, h } from "../dom.js";
import { longTime, shortTime } from "../format.js";
import { agentIcon, icon, spinner } from "../icons.js";
import { isSafeAddress } from "../markdown.js";
import { FINAL } from "../session_state.js";
import { t } from "../strings.js";
import { ApprovalCard } from "./approvals.js";
import { artifactCard } from "./artifacts.js";
import { copyButton } from "./copy.js";
import { Prose } from "./prose.js";
import { Steps } from "./steps.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../types.js").Citation} Citation */

/**
 * @typedef {Object} AnswerActions
 * @property {(run: Run) => Promise<void>} retry
 * @property {(run: Run, approval: import("../types.js").Approval, decision: any) => Promise<void>} decide
 * @property {(agent: string) => string} agentTitle
 */

export class AnswerView {
  #steps = new Steps();
  #face = h("span", { class: "answer-face", "aria-hidden": "true" });
  #name = h("h2", { class: "answer-name" });
  #time = h("time", { class: "answer-time" });
  #line = h("p", { class: "answer-line" });
  #prose = new Prose();
  #files = h("ul", { class: "artifacts", "aria-label": t("artifact.list") });
  #approvals = h("div", { class: "approvals" });
  #sources = h("div", { class: "sources" });
  #trouble = h("div", { class: "trouble" });
  #foot = h("footer", { class: "answer-foot" });
  /** @type {Map<string, ApprovalCard>} */
  #cards = new Map();
  /** @type {Map<string, HTMLElement>} */
  #artifactCards = new Map();
  #drawn = "";
  #agent = "";
  #sourceCount = -1;
  #text = "";

  /** @param {AnswerActions} actions */
  constructor(actions) {
    this.actions = actions;
    const head = h("header", { class: "answer-head" }, this.#face, this.#name, this.#time);
    const body = h("div", { class: "answer-body" }, this.#steps.element, this.#prose.element, this.#line, this.#files,
      this.#approvals, this.#sources, this.#trouble, this.#foot);
    this.article = h("article", {}, head, body);
    this.element = h("li", { class: "turn is-answer" }, this.article);
    this.#foot.append(copyButton(() => this.#text), h("span", { class: "answer-meta" }));
  }

  /** @param {import("../timeline.js").TimelineItem} item */
  update({ run, message }) {
    const version = `${run?.version}|${message?.version}|${message?.id}`;
    if (version === this.#drawn) return;
    this.#drawn = version;
    this.#drawHead(run?.agent || message?.agent || "", run?.at ?? message?.created_at ?? "");
    if (run) this.#drawRun(run);
    else if (message) this.#drawText(message.content, false, message.citations);
    this.#drawFiles(run?.artifacts ?? message?.artifacts ?? []);
    this.#drawSources(run?.citations ?? message?.citations ?? []);
    const over = !run || FINAL.has(run.status);
    this.article.setAttribute("aria-busy", String(!over));
    this.element.dataset.status = run?.status ?? "completed";
    this.#foot.hidden = !over || !this.#text;
  }

  /** @param {Run} run */
  #drawRun(run) {
    const over = FINAL.has(run.status);
    this.#steps.update(run);
    this.#drawText(run.text.value, !over, run.citations);
    this.#drawLine(run, over);
    this.#drawApprovals(run);
    this.#drawTrouble(run);
    const meta = this.#foot.querySelector(".answer-meta");
    if (meta) meta.textContent = metaOf(run);
  }

  /**
   * @param {string} agent
   * @param {string} at
   */
  #drawHead(agent, at) {
    const name = this.actions.agentTitle(agent);
    if (this.#agent !== `${agent}|${name}`) {
      this.#agent = `${agent}|${name}`;
      fill(this.#face, icon(agentIcon(agent)));
      this.element.dataset.agent = agent || "auto";
      this.#name.textContent = name;
      this.article.setAttribute("aria-label", name);
    }
    if (this.#time.dateTime === at) return;
    this.#time.dateTime = at;
    this.#time.textContent = shortTime(at);
    this.#time.title = longTime(at);
  }

  /**
   * @param {string} text
   * @param {boolean} streaming
   * @param {Citation[]} citations
   */
  #drawText(text, streaming, citations) {
    this.#text = text;
    this.#prose.element.hidden = !text;
    if (text) this.#prose.update(text, { streaming, citations });
  }

  /**
   * @param {Run} run
   * @param {boolean} over
   */
  #drawLine(run, over) {
    const stepRunning = [...run.steps.values()].some((step) => step.state === "running");
    const sentence = lineOf(run, stepRunning);
    this.#line.hidden = over || !sentence;
    if (this.#line.hidden || this.#line.dataset.sentence === sentence) return;
    this.#line.dataset.sentence = sentence;
    fill(this.#line, run.status === "waiting_approval" ? icon("clock") : spinner(), h("span", { text: sentence }));
  }

  /** @param {import("../types.js").Artifact[]} artifacts */
  #drawFiles(artifacts) {
    this.#files.hidden = artifacts.length === 0;
    const cards = artifacts.map((artifact) => {
      // A deleted file has lost its id.
      const key = artifact.id ?? artifact.name;
      const card = this.#artifactCards.get(key) ?? artifactCard(artifact);
      this.#artifactCards.set(key, card);
      return card;
    });
    arrange(this.#files, cards);
  }

  /** @param {Run} run */
  #drawApprovals(run) {
    this.#approvals.hidden = run.approvals.length === 0;
    for (const approval of run.approvals) {
      let card = this.#cards.get(approval.id);
      if (!card) {
        card = new ApprovalCard(approval, (one, decision) => this.actions.decide(run, one, decision));
        this.#cards.set(approval.id, card);
        this.#approvals.append(card.element);
      }
      card.update();
    }
  }

  /** @param {Citation[]} citations */
  #drawSources(citations) {
    if (this.#sourceCount === citations.length) return;
    this.#sourceCount = citations.length;
    this.#sources.hidden = citations.length === 0;
    const rows = citations.map((citation) => h("li", {}, sourceLink(citation)));
    const list = h("ol", {}, ...rows);
    const caption = h("summary", {}, icon("chevron"), `${t("sources.title")} (${citations.length})`);
    fill(this.#sources, h("details", { class: "sources-fold", open: citations.length <= 4 }, caption, list));
  }

  /** @param {Run} run */
  #drawTrouble(run) {
    const failed = run.status === "failed";
    this.#trouble.hidden = !failed && run.status !== "cancelled";
    if (run.status === "cancelled") fill(this.#trouble, h("p", { class: "quiet", text: t("run.cancelled") }));
    if (!failed || !run.failure) return;
    const { detail, reference } = run.failure;
    const again = h("button", { class: "button", type: "button" }, icon("refresh"), t("run.retry"));
    again.addEventListener("click", () => void this.#retry(run, again));
    fill(this.#trouble, h("div", { class: "failure", role: "group", "aria-label": t("run.failed") }, icon("alert"),
      h("div", {}, h("p", { text: detail || t("run.failed.unknown") }),
        !detail.includes(reference) && h("p", { class: "quiet", text: t("run.reference", { reference }) })),
      again));
  }

  /**
   * @param {Run} run
   * @param {HTMLButtonElement} button
   */
  async #retry(run, button) {
    button.disabled = true;
    try {
      await this.actions.retry(run);
    } finally {
      button.disabled = false;
    }
  }
}

/**
 * What the run is doing, unless a running step already says it.
 * @param {Run} run
 * @param {boolean} stepRunning
 */
function lineOf(run, stepRunning) {
  if (run.stopping) return t("run.stopping");
  if (run.status === "waiting_approval") return t("run.waiting");
  if (run.line) return run.line;
  if (stepRunning || run.text.length > 0) return "";
  return run.status === "queued" ? t("run.queued") : t("run.thinking");
}

/** @param {Citation} citation */
function sourceLink(citation) {
  if (!isSafeAddress(citation.url)) return citation.label;
  return h("a", { href: citation.url, target: "_blank", rel: "noopener noreferrer", text: citation.label });
}

/** @param {Run} run */
function metaOf(run) {
  const parts = [];
  if (run.mode === "offline") parts.push(t("run.made_offline"));
  const tokens = (run.usage?.input_tokens ?? 0) + (run.usage?.output_tokens ?? 0);
  if (tokens > 0) parts.push(t("run.usage", { tokens: tokens.toLocaleString(), cost: Number(run.usage?.cost_usd ?? 0).toFixed(4) }));
  return parts.join(" · ");
}
