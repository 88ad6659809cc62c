// @ts-check
/** Where a message is written. Nothing written here is lost: not by a reload, a refusal, or another chat. */

import { ApiError } from "../api.js";
import { byId } from "../dom.js";
import { keepDraft, readDraft } from "../drafts.js";
import { activeRuns } from "../session_state.js";
import { t } from "../strings.js";
import { AgentPicker } from "./agent_picker.js";
import { Attachment } from "./attachment.js";

const LONGEST = 50_000;

export class Composer {
  #form = byId("composer");
  #field = /** @type {HTMLTextAreaElement} */ (byId("message-input"));
  #send = /** @type {HTMLButtonElement} */ (byId("send-button"));
  #stop = byId("stop-button");
  #problem = byId("composer-problem");
  #busy = false;
  /** One id per file turn: a second try of the same turn is the same turn. */
  #clientId = crypto.randomUUID();
  /** @type {import("../types.js").Session} */
  #session;

  /**
   * @param {import("../chat.js").Chat} chat
   * @param {import("../types.js").Bootstrap} bootstrap
   */
  constructor(chat, bootstrap) {
    this.chat = chat;
    this.#session = chat.store.current;
    this.picker = new AgentPicker(bootstrap.agents);
    this.picker.onChange = () => this.#changed();
    this.attachment = new Attachment(bootstrap.max_upload_bytes, {
      say: (sentence) => this.say(sentence),
      changed: () => {
        this.#clientId = crypto.randomUUID();
        this.#changed();
        this.focus();
      },
    });
    chat.onRefused = (session, text, problem) => this.#takeBack(session, text, problem);
    chat.store.on("switch", () => this.#switch());
    chat.store.on("chat", () => this.#drawButtons());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.#field.addEventListener("input", () => {
      this.say("");
      this.#clientId = crypto.randomUUID();
      keepDraft(this.#session.id, this.#field.value);
      this.#changed();
    });
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#stop.addEventListener("click", () => this.stop());
    const early = this.#field.value; // typed before this script had loaded
    this.#show(this.#session);
    if (early) this.write(early);
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  /**
   * Put a text into the field (a suggestion that the user chose).
   * @param {string} text
   */
  write(text) {
    this.#field.value = text;
    keepDraft(this.#session.id, text);
    this.#changed();
    this.focus();
  }

  /** A sentence above the field; empty takes it away. @param {string} sentence */
  say(sentence) {
    this.#problem.textContent = sentence;
    this.#problem.hidden = !sentence;
  }

  /** Stop what is running. True when something was. */
  stop() {
    const run = activeRuns(this.chat.store.current).at(-1);
    if (!run || run.stopping) return false;
    this.chat.cancel(run).catch((error) => {
      run.stopping = false;
      run.version += 1;
      this.chat.store.changed("chat");
      this.say(error.message);
    });
    return true;
  }

  /** Send what is there. */
  async submit() {
    const text = this.#field.value.trim();
    const { file } = this.attachment;
    if (this.#busy || (!text && !file)) return;
    if (text.length > LONGEST) {
      this.say(t("composer.toolong", { count: text.length.toLocaleString(), max: LONGEST.toLocaleString() }));
      return;
    }
    this.say("");
    if (file) await this.#submitFile(text, file);
    else {
      this.#clear();
      this.chat.sendText({ text, agent: this.picker.value });
    }
  }

  /**
   * @param {string} text
   * @param {File} file
   */
  async #submitFile(text, file) {
    const turn = { text, file, agent: this.picker.value, clientId: this.#clientId };
    this.#lock(true);
    const way = this.attachment.begin();
    try {
      await this.chat.sendFile(turn, way);
      this.#clear();
      this.attachment.clear();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.say(error.code === "aborted" ? error.message : t("attach.failed", { detail: error.message }));
    } finally {
      this.attachment.end();
      this.#lock(false);
    }
  }

  #clear() {
    this.#field.value = "";
    keepDraft(this.#session.id, "");
    this.#changed();
  }

  /** @param {boolean} busy */
  #lock(busy) {
    this.#busy = busy;
    this.#field.readOnly = busy;
    this.#form.classList.toggle("is-busy", busy);
    this.#changed();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void this.submit();
  }

  #switch() {
    const { current } = this.chat.store;
    if (current === this.#session) {
      // The new chat got its id; what is being written moves along.
      keepDraft("", "");
      keepDraft(current.id, this.#field.value);
      return;
    }
    this.#show(current);
  }

  /** @param {import("../types.js").Session} session */
  #show(session) {
    this.#session = session;
    this.#field.value = readDraft(session.id);
    this.say("");
    this.#changed();
    if (matchMedia("(hover: hover)").matches) this.focus();
  }

  /**
   * The server refused a message: it comes back here, unless the user has gone on.
   * @param {import("../types.js").Session} session
   * @param {string} text
   * @param {string} problem
   */
  #takeBack(session, text, problem) {
    if (session !== this.chat.store.current || this.#field.value.trim()) return false;
    this.write(text);
    this.say(problem);
    return true;
  }

  #changed() {
    this.#drawButtons();
    const { title } = this.picker;
    this.#field.placeholder = title ? t("composer.placeholder.agent", { agent: title }) : t("composer.placeholder");
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }

  #drawButtons() {
    const running = activeRuns(this.chat.store.current).length > 0;
    const written = Boolean(this.#field.value.trim()) || Boolean(this.attachment?.file);
    this.#stop.hidden = !running;
    this.#send.disabled = !written || this.#busy;
    this.#send.hidden = running && !written;
  }
}
