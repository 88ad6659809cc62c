// @ts-check
/** What the user can do in the chat, and what the server tells: the one place where both change the store. */

import * as api from "./api.js";
import { EventGate } from "./event_gate.js";
import { applyEvent } from "./events.js";
import { Outbox } from "./outbox.js";
import { activeRuns, addApproval, ensureRun, mergeHistory, newSession, ownMessage } from "./session_state.js";
import { Store } from "./store.js";
import { questionOf } from "./timeline.js";
import { sendFile } from "./upload.js";

const UNKNOWN_RUN_PATIENCE_MS = 1500;

/** @typedef {import("./types.js").Session} Session */

export class Chat {
  /**
   * @param {{send: (frame: Record<string, unknown>) => boolean}} connection
   */
  constructor(connection) {
    this.connection = connection;
    this.store = new Store(this.#blank(""));
    this.outbox = new Outbox({
      onSent: ({ session, message }, answer) => this.#sent(session, message, answer),
      onRefused: ({ session, message }, error) => this.#refused(session, message, error),
      onChange: ({ session }) => this.#touch(session),
    });
    /** Called with the text of a message that the server refused; true when the composer took it back.
     * @type {(session: Session, text: string, problem: string) => boolean} */
    this.onRefused = () => false;
  }

  /** Start an empty chat. */
  openNew() {
    if (this.store.current.id || this.store.current.messages.length > 0) this.store.current = this.#blank("");
    this.store.changed("switch");
  }

  /**
   * Show a chat, from memory or from the server.
   * @param {string} id
   */
  async open(id) {
    const session = this.store.sessions.get(id) ?? this.#remember(this.#blank(id));
    this.store.current = session;
    this.store.changed("switch");
    if (session.state !== "ready") await this.load(session);
  }

  /**
   * Read the history, then ask for what follows it.
   * @param {Session} session
   */
  async load(session) {
    if (session.state !== "ready") session.state = "loading";
    this.#touch(session);
    try {
      const { messages, lastSeq, title } = await api.history(session.id);
      mergeHistory(session, messages);
      session.title = title || session.title;
      session.state = "ready";
      session.gate.skipTo(lastSeq);
      session.gate.askForMissed();
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      if (session.state !== "ready") session.state = error.status === 404 || error.status === 400 ? "missing" : "failed";
      session.problem = error.message;
    }
    this.#touch(session);
  }

  /**
   * Send a text from the current chat; it shows at once.
   * @param {{text: string, agent: string}} turn
   */
  sendText({ text, agent }) {
    const session = this.store.current;
    const message = ownMessage({ content: text, clientId: crypto.randomUUID(), agent });
    session.messages.push(message);
    this.outbox.add({ session, message });
    this.#touch(session);
  }

  /**
   * Send a text with a file. Nothing shows until the server has both; on failure the caller still holds them.
   * @param {{text: string, agent: string, file: File, clientId: string}} turn
   * @param {{onProgress: (share: number) => void, signal: AbortSignal}} options
   */
  async sendFile({ text, agent, file, clientId }, options) {
    const session = this.store.current;
    const turn = { file, message: text, sessionId: session.id, agent, clientId };
    const answer = await sendFile(turn, options);
    const sent = { id: "", name: file.name, type: file.type, size_bytes: file.size, download_url: "" };
    const attachments = answer.attachments ?? [sent];
    const message = ownMessage({ content: text, clientId, agent, attachments });
    session.messages.push(message);
    this.#sent(session, message, answer);
  }

  /**
   * Stop a run; over REST when the socket is away.
   * @param {import("./types.js").Run} run
   */
  async cancel(run) {
    run.stopping = true;
    run.version += 1;
    this.store.changed("chat");
    if (!this.connection.send({ type: "run.cancel", run_id: run.id })) await api.cancelRun(run.id);
  }

  /**
   * Ask the question of a failed run again, its file included.
   * @param {import("./types.js").Run} run
   */
  async retry(run) {
    const question = questionOf(this.store.current, run.id);
    if (!question) return;
    const [attachment] = question.attachments;
    if (!attachment) {
      this.sendText({ text: question.content, agent: question.agent });
      return;
    }
    const file = await api.fileAgain(attachment);
    const turn = { text: question.content, agent: question.agent, file, clientId: crypto.randomUUID() };
    await this.sendFile(turn, { onProgress: () => {}, signal: new AbortController().signal });
  }

  /**
   * Send a refused message once more, or forget it.
   * @param {import("./types.js").Message} message
   * @param {boolean} again
   */
  settleRefused(message, again) {
    const session = this.store.current;
    session.messages = session.messages.filter((one) => one !== message);
    if (again) this.sendText({ text: message.content, agent: message.agent });
    this.#touch(session);
  }

  /**
   * Approve or reject; the outcome is shown where the question was.
   * @param {import("./types.js").Run} run
   * @param {import("./types.js").Approval} approval
   * @param {{decision: "approve"|"reject", arguments?: Object<string, unknown>, note?: string}} decision
   */
  async decide(run, approval, decision) {
    const session = this.store.current;
    try {
      addApproval(run, await api.decide(approval.id, decision));
    } catch (error) {
      // Somebody was faster: show what they decided.
      if (error instanceof api.ApiError && error.status === 409) void this.load(session);
      throw error;
    }
    if (run.status === "waiting_approval" && run.approvals.every((one) => one.status !== "pending")) run.status = "running";
    run.heardAt = Date.now();
    run.version += 1;
    this.#touch(session);
  }

  /** @param {import("./types.js").ServerEvent} event */
  receive(event) {
    const session = this.#sessionOf(event);
    if (session) session.gate.accept(event);
  }

  /** After each (re)connection: what did we miss? Chats that nobody looks at are read again when opened. */
  resumeAll() {
    for (const session of this.store.sessions.values()) {
      if (session.state !== "ready") continue;
      if (session === this.store.current || activeRuns(session).length > 0) session.gate.askForMissed();
      else session.state = "empty";
    }
    void this.outbox.flush();
  }

  /** Put messages that an earlier life of this tab could not send back on their way. */
  restoreOutbox() {
    for (const row of Outbox.left()) {
      if ((row.sessionId ?? "") !== this.store.current.id) continue;
      const message = ownMessage(row);
      this.store.current.messages.push(message);
      this.outbox.add({ session: this.store.current, message });
    }
  }

  /** @param {import("./types.js").ServerEvent} event */
  #sessionOf(event) {
    if (event.session_id) return this.store.sessions.get(event.session_id);
    for (const session of this.store.sessions.values()) {
      if (event.run_id && session.runs.has(event.run_id)) return session;
    }
    return this.store.current.id ? this.store.current : undefined;
  }

  /**
   * @param {Session} session
   * @param {import("./types.js").ServerEvent} event
   * @param {boolean} repeat
   */
  #apply(session, event, repeat) {
    if (!applyEvent(session, event, repeat)) return;
    this.#touch(session);
    if (event.type === "run.started") this.#lookForQuestion(session, /** @type {string} */ (event.run_id));
    if (event.type.startsWith("run.")) this.store.changed("sessions");
  }

  /**
   * A run whose question we do not have was started elsewhere: read the chat again, unless our own POST explains it soon.
   * @param {Session} session
   * @param {string} runId
   */
  #lookForQuestion(session, runId) {
    setTimeout(() => {
      if (!questionOf(session, runId) && session.messages.every((one) => one.delivery !== "sending")) void this.load(session);
    }, UNKNOWN_RUN_PATIENCE_MS);
  }

  /**
   * @param {Session} session
   * @param {import("./types.js").Message} message
   * @param {any} answer `{session_id, message_id, run_id, status}`
   */
  #sent(session, message, answer) {
    const fresh = !session.id;
    if (fresh) {
      session.id = answer.session_id;
      this.#remember(session);
    }
    Object.assign(message, { id: answer.message_id, runId: answer.run_id, delivery: "sent", version: message.version + 1 });
    const run = ensureRun(session, answer.run_id);
    run.agent ||= message.agent;
    if (fresh) {
      session.gate.askForMissed();
      if (session === this.store.current) this.store.changed("switch");
    }
    this.#touch(session);
    this.store.changed("sessions");
  }

  /**
   * @param {Session} session
   * @param {import("./types.js").Message} message
   * @param {import("./api.js").ApiError} error
   */
  #refused(session, message, error) {
    if (this.onRefused(session, message.content, error.message)) {
      session.messages = session.messages.filter((one) => one !== message);
    } else {
      Object.assign(message, { delivery: "refused", problem: error.message, version: message.version + 1 });
    }
    this.#touch(session);
  }

  /** @param {string} id */
  #blank(id) {
    /** @type {Session} */
    const session = newSession(
      id,
      new EventGate(
        (event, repeat) => this.#apply(session, event, repeat),
        (after) => this.connection.send({ type: "resume", session_id: session.id, after }),
      ),
    );
    return session;
  }

  /** @param {Session} session */
  #remember(session) {
    this.store.sessions.set(session.id, session);
    return session;
  }

  /** @param {Session} session */
  #touch(session) {
    if (session === this.store.current) this.store.changed("chat");
  }
}
