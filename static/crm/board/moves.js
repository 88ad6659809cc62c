// @ts-check
/** Moving a card: shown at once, sent, and taken back with a reason when the server refuses. */

import { toast } from "../../admin_mezzofy/toast.js";
import { readCard, sendMove } from "./api.js";
import { t } from "./words.js";

const LOST = "closed_lost";

/** @typedef {import("./types.js").Card} Card */
/** @typedef {{lost_reason: string, lost_note: string}} Loss */
/** @typedef {import("../../admin_mezzofy/http.js").Problem} Problem */

export class Moves {
  /** Moves of one card are sent one after the other. @type {Map<string, Promise<void>>} */
  #underway = new Map();
  /** Cards that changed elsewhere while a move of theirs was on its way. @type {Set<string>} */
  #missed = new Set();

  /**
   * @param {import("./store.js").Store} store
   * @param {import("./view.js").View} view
   * @param {(card: Card) => Promise<Loss|null>} askWhyLost
   */
  constructor(store, view, askWhyLost) {
    this.store = store;
    this.view = view;
    this.askWhyLost = askWhyLost;
  }

  /**
   * Put the card into the column `to` as number `index` of the others there. Always leaves the page as the store has it.
   * @param {string} id
   * @param {string} to
   * @param {number} index
   */
  async move(id, to, index) {
    await this.#underway.get(id);
    const found = this.store.find(id);
    if (!found || (found.status === to && found.index === index)) return this.view.draw();
    if (!this.store.ways(found.status).includes(to)) return this.#refuse(found.status, to);
    const loss = to === LOST && found.status !== LOST ? await this.askWhyLost(found.card) : {};
    if (!loss) return this.view.draw();
    const sent = this.#send(found.card, to, index, loss);
    this.#underway.set(id, sent);
    await sent;
    this.#underway.delete(id);
    if (this.#missed.delete(id)) await this.readAgain(found.card);
  }

  /**
   * A card changed, perhaps by this very page. True: it is looked after here.
   * @param {string} id
   */
  isUnderway(id) {
    if (this.#underway.has(id)) this.#missed.add(id);
    return this.#underway.has(id);
  }

  /**
   * Show the card as the server has it, where it belongs. False: it is gone, or not to be seen.
   * @param {{id: string}} card
   */
  async readAgain({ id }) {
    try {
      const state = await readCard(id);
      this.#take(state);
      return true;
    } catch (error) {
      if (/** @type {Problem} */ (error).status !== 404) throw error;
      this.store.remove(id);
      return false;
    } finally {
      this.view.draw();
    }
  }

  /**
   * @param {Card} card
   * @param {string} to
   * @param {number} index
   * @param {Partial<Loss>} loss
   */
  async #send(card, to, index, loss) {
    const others = this.store.column(to).cards.filter((other) => other.id !== card.id);
    const neighbours = { above: others[index - 1]?.id, below: others[index]?.id };
    this.store.lay({ ...card, status: to }, to, index);
    this.view.draw();
    try {
      const state = await sendMove({ lead: card.id, to, version: card.version, ...neighbours, ...loss });
      this.#keep(state);
      if (card.status !== to) toast(t("moved", { company: card.company, stage: this.store.column(to).label }), "good");
    } catch (error) {
      await this.#takeBack(card, to, /** @type {Problem} */ (error));
    }
  }

  /**
   * The server agrees: the card stays where it was laid, unless the filters hide it now.
   * @param {import("./types.js").CardState} state
   */
  #keep({ card, is_shown, totals }) {
    this.store.setTotals(totals);
    const found = this.store.find(card.id);
    if (!is_shown) this.store.remove(card.id);
    else if (found?.status === card.status) this.store.lay(card, card.status, found.index);
    else this.store.put(card);
    this.view.draw();
  }

  /** @param {import("./types.js").CardState} state */
  #take({ card, is_shown, totals }) {
    this.store.setTotals(totals);
    if (is_shown) this.store.put(card);
    else this.store.remove(card.id);
  }

  /**
   * @param {Card} card as it was
   * @param {string} to
   * @param {Problem} problem
   */
  async #takeBack(card, to, problem) {
    this.store.put(card);
    this.view.draw();
    let isThere = true;
    try {
      isThere = await this.readAgain(card);
    } catch {
      // Not reached: the card as it was is the best that we know.
    }
    toast(isThere ? this.#why(card, to, problem) : t("gone", { company: card.company }), "bad");
    this.view.flash(card.id);
  }

  /**
   * @param {Card} card
   * @param {string} to
   * @param {Problem} problem
   */
  #why(card, to, problem) {
    if (problem.status === 0) return t("unreachable");
    if (problem.code === "stale") {
      const who = problem.errors.changed_by_you ? t("yourself") : problem.errors.changed_by || t("somebody");
      return t("stale", { company: card.company, who });
    }
    return problem.detail || t("failed");
  }

  /**
   * @param {string} from
   * @param {string} to
   */
  #refuse(from, to) {
    this.view.draw();
    const { label, allowed } = this.store.column(from);
    const refusal = t("not_allowed", { from: label, to: this.store.column(to).label });
    const stages = allowed.map((status) => this.store.column(status).label).join(", ");
    toast(stages ? `${refusal} ${t("allowed_next", { stages })}` : refusal, "warn");
  }
}
