// @ts-check
/** What the page knows of the board. Draws nothing. */

/** @typedef {import("./types.js").Card} Card */
/** @typedef {import("./types.js").Column} Column */

/** Digits after the point of a position on the server; exact comparison needs whole numbers. */
const GRAIN = 15;

export class Store {
  /** @type {Map<string, Column>} */
  columns = new Map();
  isSummary = false;
  mayMove = false;

  /** @param {import("./types.js").Board} board */
  constructor(board) {
    this.replace(board);
  }

  /** @param {import("./types.js").Board} board */
  replace(board) {
    this.columns = new Map(board.columns.map((column) => [column.status, column]));
    this.isSummary = board.is_summary;
    this.mayMove = board.may_move;
  }

  /**
   * @param {string} status
   * @returns {Column}
   */
  column(status) {
    const found = this.columns.get(status);
    if (!found) throw new Error(`There is no stage ${status}`);
    return found;
  }

  /**
   * @param {string} id
   * @returns {{card: Card, status: string, index: number}|null}
   */
  find(id) {
    for (const [status, column] of this.columns) {
      const index = column.cards.findIndex((card) => card.id === id);
      if (index >= 0) return { card: column.cards[index], status, index };
    }
    return null;
  }

  /**
   * The stages that the card may be put into, its own included.
   * @param {string} status its stage
   */
  ways(status) {
    return [status, ...this.column(status).allowed];
  }

  /** @param {string} id */
  remove(id) {
    const found = this.find(id);
    if (found) this.column(found.status).cards.splice(found.index, 1);
  }

  /**
   * Put the card where somebody laid it.
   * @param {Card} card
   * @param {string} status
   * @param {number} index among the other cards of that column
   */
  lay(card, status, index) {
    this.remove(card.id);
    this.column(status).cards.splice(index, 0, card);
  }

  /**
   * Put the card where its position says. One below the last card that is loaded comes with the next page.
   * @param {Card} card
   */
  put(card) {
    this.remove(card.id);
    const column = this.column(card.status);
    const index = column.cards.findIndex((other) => isHigher(card, other));
    if (index >= 0) column.cards.splice(index, 0, card);
    else if (!column.next) column.cards.push(card);
  }

  /**
   * @param {string} status
   * @param {{cards: Card[], next: string}} page
   */
  append(status, page) {
    const column = this.column(status);
    column.cards.push(...page.cards.filter((card) => this.find(card.id) === null));
    column.next = page.next;
  }

  /** @param {import("./types.js").Totals[]} totals */
  setTotals(totals) {
    for (const { status, count, is_exact, values, weighted } of totals) {
      Object.assign(this.column(status), { count, is_exact, values, weighted });
    }
  }

  /** Cards by stage that are on the page. */
  get loaded() {
    return new Map([...this.columns].map(([status, column]) => [status, column.cards.length]));
  }

  /** Leads of all columns, loaded or not. */
  get leadCount() {
    return [...this.columns.values()].reduce((sum, column) => sum + column.count, 0);
  }
}

/**
 * The order of a column, as the database has it.
 * @param {Card} card
 * @param {Card} other
 */
export function isHigher(card, other) {
  const [mine, theirs] = [grains(card.position), grains(other.position)];
  return mine === theirs ? card.id > other.id : mine > theirs;
}

/** @param {string} position a decimal number, possibly in exponent form */
function grains(position) {
  const [digits, exponent = "0"] = position.toLowerCase().split("e");
  const sign = digits.startsWith("-") ? -1n : 1n;
  const [whole, fraction = ""] = digits.replace(/^[-+]/, "").split(".");
  const shift = GRAIN + Number(exponent) - fraction.length;
  const number = BigInt(whole + fraction + "0".repeat(Math.max(shift, 0)));
  return sign * (shift < 0 ? number / 10n ** BigInt(-shift) : number);
}
