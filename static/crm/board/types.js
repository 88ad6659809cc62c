// @ts-check
/**
 * What the server sends (see /api/docs/, kanban).
 *
 * @typedef {{id: string, name: string, initials: string}} Person
 * @typedef {{title: string, on: string, is_overdue: boolean}} NextStep
 * @typedef {{
 *   id: string, version: string, status: string, position: string, company: string, contact: string, industry: string,
 *   value: string|null, currency: string, owner: Person|null, next_step: NextStep|null,
 *   days: number, is_old: boolean, lost_reason: string, url: string,
 * }} Card
 * @typedef {{
 *   status: string, count: number, is_exact: boolean,
 *   values: Record<string, string>, weighted: Record<string, string>,
 * }} Totals
 * @typedef {Totals & {
 *   label: string, probability: number, ages_after: number|null, allowed: string[], cards: Card[], next: string,
 * }} Column
 * @typedef {{is_summary: boolean, may_move: boolean, columns: Column[]}} Board
 * @typedef {{card: Card, is_shown: boolean, totals: Totals[]}} CardState
 * @typedef {{user: string, board: Board, today: string, needs_note: string, words: Record<string, string>}} Bootstrap
 */

export {};
