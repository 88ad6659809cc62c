// @ts-check
/** The conversation: one view per turn, kept as long as the turn is shown. */

import { ApiError } from "../api.js";
import { arrange, byId, eachFrame, fill, h } from "../dom.js";
import { spinner } from "../icons.js";
import { FINAL } from "../session_state.js";
import { t } from "../strings.js";
import { timeline } from "../timeline.js";
import { agentTitle } from "../agents.js";
import { AnswerView } from "./answer.js";
import { announce, notify } from "./notices.js";
import { QuestionView } from "./question.js";
import { JumpButton } from "./jump_button.js";
import { Scroller } from "./scroller.js";

const SHOWN_AT_FIRST = 60;
const SPOKEN_LENGTH = 300;

export class Messages {
  #list = byId("messages");
  #state = byId("chat-state");
  #earlier = byId("show-earlier");
  /** @type {Map<string, AnswerView|QuestionView>} */
  #views = new Map();
  /** @type {Map<string, string>} */
  #told = new Map();
  #limit = SHOWN_AT_FIRST;
  /** @type {import("../types.js").Session|null} */
  #session = null;

  /**
   * @param {import("../chat.js").Chat} chat
   * @param {import("../types.js").Bootstrap} bootstrap
   */
  constructor(chat, bootstrap) {
    this.chat = chat;
    this.bootstrap = bootstrap;
    this.scroller = new Scroller(byId("scroller"), byId("thread"), byId("jump"));
    this.jump = new JumpButton(byId("jump"), this.#list, this.scroller);
    const draw = eachFrame(() => this.#draw());
    chat.store.on("chat", draw);
    chat.store.on("switch", () => this.#switch());
    this.#earlier.addEventListener("click", () => {
      this.#limit += SHOWN_AT_FIRST;
      this.scroller.keepPlace(() => this.#draw());
    });
    this.answerActions = {
      retry: (/** @type {import("../types.js").Run} */ run) => this.#retry(run),
      decide: chat.decide.bind(chat),
      agentTitle: (/** @type {string} */ name) => agentTitle(name, bootstrap.agents),
    };
  }

  #switch() {
    const { current } = this.chat.store;
    if (current !== this.#session) {
      this.#session = current;
      this.#views.clear();
      this.#told.clear();
      this.#limit = SHOWN_AT_FIRST;
      this.#list.replaceChildren();
    }
    this.#draw();
    this.scroller.toNewest();
  }

  #draw() {
    const { current } = this.chat.store;
    const items = timeline(current);
    const shown = items.slice(-this.#limit);
    this.#earlier.hidden = shown.length === items.length;
    const elements = shown.map((item) => {
      const view = this.#viewOf(item);
      view.update(item);
      if (item.run) this.#speak(item.run);
      return view.element;
    });
    const grew = elements.length > 0 && !elements[elements.length - 1].isConnected;
    arrange(this.#list, elements);
    const isAsked = shown.at(-1)?.kind === "user";
    this.scroller.hold(isAsked ? null : elements.at(-1) ?? null);
    if (grew && isAsked) this.scroller.toBottom();
    this.jump.look();
    this.#drawState(current, items.length);
  }

  /** @param {import("../timeline.js").TimelineItem} item */
  #viewOf(item) {
    let view = this.#views.get(item.key);
    if (!view) {
      const settle = this.chat.settleRefused.bind(this.chat);
      view = item.kind === "user" ? new QuestionView({ settle }) : new AnswerView(this.answerActions);
      this.#views.set(item.key, view);
    }
    return view;
  }

  /**
   * @param {import("../types.js").Session} session
   * @param {number} count
   */
  #drawState(session, count) {
    byId("empty").hidden = count > 0 || session.state !== "ready" || Boolean(session.id);
    const failed = session.state === "missing" || session.state === "failed";
    this.#state.hidden = !(failed || (session.state === "loading" && count === 0));
    if (session.state === "loading") fill(this.#state, spinner());
    if (session.state === "missing") fill(this.#state, h("p", { text: t("history.missing") }));
    if (session.state !== "failed") return;
    const again = h("button", { class: "button", type: "button", text: t("history.retry"), on: { click: () => void this.chat.load(session) } });
    fill(this.#state, h("p", { text: t("history.failed", { detail: session.problem }) }), again);
  }

  /**
   * Tell a screen reader what matters of a run that is followed live: its beginning, its questions and its end.
   * @param {import("../types.js").Run} run
   */
  #speak(run) {
    const before = this.#told.get(run.id);
    if (before === run.status) return;
    this.#told.set(run.id, run.status);
    if (before === undefined && FINAL.has(run.status)) return;
    const agent = agentTitle(run.agent, this.bootstrap.agents);
    const text = run.text.value.replace(/[*_`#|[\]]/g, "").slice(0, SPOKEN_LENGTH);
    if (run.status === "running" && before !== "waiting_approval") announce(t("announce.working", { agent }));
    if (run.status === "completed") announce(t("announce.answer", { agent, text }));
    if (run.status === "cancelled") announce(t("run.cancelled"));
    if (run.status === "failed") announce(t("announce.failed", { text: run.failure?.detail ?? "" }));
    if (run.status === "waiting_approval") announce(t("announce.approval", { text: run.approvals.at(-1)?.summary ?? "" }));
  }

  /** @param {import("../types.js").Run} run */
  async #retry(run) {
    try {
      await this.chat.retry(run);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      notify(error.message, "warning");
    }
  }
}
