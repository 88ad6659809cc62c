// @ts-check
/** The text of an answer: drawn block by block, so that writing at the end leaves everything before it alone. */

import { h } from "../dom.js";
import { highlight } from "../highlight.js";
import { blocks, isSafeAddress, renderBlock, settled } from "../markdown.js";
import { t } from "../strings.js";
import { copyButton } from "./copy.js";

/** A cell of at most so many characters (a date, an amount) is not broken into lines. */
const SHORT_CELL = 24;
/** So many blocks at the end may still change as the text grows (a list that goes on after an empty line). */
const UNSETTLED_BLOCKS = 3;
/** Narrow, and no place for a line break. */
const NARROW_SPACE = "\u202f";

export class Prose {
  element = h("div", { class: "prose" });
  /** @type {{block: import("../markdown.js").Block, nodes: ChildNode[]}[]} */
  #drawn = [];
  #key = "";

  /**
   * Draw the text.
   * @param {string} text
   * @param {{streaming: boolean, citations: import("../types.js").Citation[]}} options
   */
  update(text, { streaming, citations }) {
    const key = `${text}\u0000${streaming}\u0000${citations.length}`;
    if (key === this.#key) return;
    this.#key = key;
    this.#draw(streaming ? this.#grown(text) : blocks(text));
    this.element.classList.toggle("is-streaming", streaming);
    if (streaming) return;
    linkCitations(this.element, citations);
    for (const code of this.element.querySelectorAll("pre code:not([data-coloured])")) colour(/** @type {HTMLElement} */ (code));
  }

  /**
   * The blocks of a text that has mostly grown at its end: those well before the end are not read again.
   * @param {string} text
   */
  #grown(text) {
    const firm = this.#drawn.slice(0, -UNSETTLED_BLOCKS).map(({ block }) => block);
    const before = firm.map(({ whole }) => whole).join("");
    if (!text.startsWith(before)) return blocks(settled(text));
    return [...firm, ...blocks(settled(text.slice(before.length)))];
  }

  /** @param {import("../markdown.js").Block[]} next */
  #draw(next) {
    let same = 0;
    while (same < next.length && next[same].raw === this.#drawn[same]?.block.raw) same += 1;
    for (const { nodes } of this.#drawn.splice(same)) for (const node of nodes) node.remove();
    for (const block of next.slice(same)) {
      const fragment = renderBlock(block);
      dress(fragment);
      const nodes = [...fragment.childNodes].filter((node) => node.textContent?.trim() || node instanceof Element);
      this.element.append(...nodes);
      this.#drawn.push({ block, nodes });
    }
  }
}

/**
 * Give tables their scrolling frame, code its head, links their target.
 * @param {DocumentFragment} fragment
 */
function dress(fragment) {
  for (const table of fragment.querySelectorAll("table")) {
    const frame = h("div", { class: "table-frame", role: "region", tabindex: "0", "aria-label": t("table.region") });
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const cell of fragment.querySelectorAll("td")) cell.classList.toggle("is-short", (cell.textContent ?? "").length <= SHORT_CELL);
  for (const mark of fragment.querySelectorAll("sup[data-cite]")) joinToWord(mark);
  for (const pre of fragment.querySelectorAll("pre")) dressCode(pre);
  for (const link of fragment.querySelectorAll("a")) dressLink(link);
  for (const box of fragment.querySelectorAll("input")) box.setAttribute("aria-hidden", "true");
}

/**
 * A source's number stays on the line of the word before it.
 * @param {Element} mark
 */
function joinToWord(mark) {
  const before = mark.previousSibling;
  if (before instanceof Text) before.data = before.data.replace(/\s+$/, NARROW_SPACE);
}

/** @param {HTMLElement} pre */
function dressCode(pre) {
  const code = /** @type {HTMLElement} */ (pre.querySelector("code") ?? pre);
  const language = /language-([\w-]+)/.exec(code.className)?.[1] ?? "";
  code.dataset.language = language;
  pre.tabIndex = 0;
  const head = h("div", { class: "code-head" }, h("span", { text: language || "text" }), copyButton(() => code.textContent ?? "", t("code.copy")));
  const frame = h("div", { class: "code-frame" }, head);
  pre.replaceWith(frame);
  frame.append(pre);
}

/** @param {HTMLAnchorElement} link */
function dressLink(link) {
  if (!isSafeAddress(link.getAttribute("href") ?? "")) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

/** @param {HTMLElement} code */
function colour(code) {
  code.dataset.coloured = "";
  if (code.dataset.language) void highlight(code, code.dataset.language);
}

/**
 * Turn each `[n]` into a link to its source; a number without a source goes back to what was written.
 * @param {HTMLElement} element
 * @param {import("../types.js").Citation[]} citations
 */
function linkCitations(element, citations) {
  for (const mark of element.querySelectorAll("sup[data-cite]")) {
    const number = Number(/** @type {HTMLElement} */ (mark).dataset.cite);
    const citation = citations[number - 1];
    if (!citation) mark.replaceWith(`[${number}]`);
    else mark.replaceChildren(citationLink(citation, number));
  }
}

/**
 * @param {import("../types.js").Citation} citation
 * @param {number} number
 */
function citationLink(citation, number) {
  const label = t("sources.open", { n: number, label: citation.label });
  const attributes = { title: citation.label, "aria-label": label };
  if (!isSafeAddress(citation.url)) return h("span", { ...attributes, role: "img" }, String(number));
  return h("a", { ...attributes, href: citation.url, target: "_blank", rel: "noopener noreferrer" }, String(number));
}
