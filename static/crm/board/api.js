// @ts-check
/** The board's side of the API. Every reading carries the filters of the page. */

import { get, post } from "../../admin_mezzofy/http.js";

const ROOT = "/api/crm/kanban";
/** Cards of a column that are read again; who scrolled further finds the rest by "Load more". */
const AT_MOST = 250;

/** The filters of the page, as they stand in its address. */
let query = "";

/** @param {string} filters a query string without its question mark */
export function filterBy(filters) {
  query = filters;
}

/** @returns {Promise<import("./types.js").Board>} */
export function readBoard() {
  return get(address(""));
}

/**
 * The board with as many cards of each column as were loaded before, within reason: nobody loses their place.
 * @param {Map<string, number>} wanted cards by stage
 * @returns {Promise<import("./types.js").Board>}
 */
export async function readBoardAgain(wanted) {
  const board = await readBoard();
  await Promise.all(board.columns.map((column) => readDown(column, Math.min(wanted.get(column.status) ?? 0, AT_MOST))));
  return board;
}

/**
 * @param {import("./types.js").Column} column
 * @param {number} wanted
 */
async function readDown(column, wanted) {
  while (column.next && column.cards.length < wanted) {
    const page = await readMore(column.status, column.next);
    const known = new Set(column.cards.map((card) => card.id));
    column.cards.push(...page.cards.filter((card) => !known.has(card.id)));
    column.next = page.next;
  }
}

/**
 * @param {string} status
 * @param {string} after
 * @returns {Promise<{cards: import("./types.js").Card[], next: string}>}
 */
export function readMore(status, after) {
  return get(address(`/${status}`, `after=${encodeURIComponent(after)}`));
}

/**
 * @param {string} id
 * @returns {Promise<import("./types.js").CardState>}
 */
export function readCard(id) {
  return get(address(`/cards/${id}`));
}

/**
 * @param {{lead: string, to: string, version: string, above?: string, below?: string, lost_reason?: string, lost_note?: string}} move
 * @returns {Promise<import("./types.js").CardState>}
 */
export function sendMove(move) {
  return post(address("/move"), move);
}

/**
 * @param {string} path
 * @param {string} [more]
 */
function address(path, more = "") {
  const parts = [query, more].filter(Boolean).join("&");
  return `${ROOT}${path}${parts ? `?${parts}` : ""}`;
}
