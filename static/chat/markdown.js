// @ts-check
/** Markdown of an answer as safe elements. Raw HTML in it is shown as text; pictures from elsewhere become links. */

import createDOMPurify from "../vendor/dompurify/purify.es.js";
import { Marked } from "../vendor/marked/marked.esm.js";

const TAGS = [
  "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "input", "li", "ol", "p", "pre",
  "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
];
const ATTRIBUTES = ["align", "checked", "class", "data-cite", "disabled", "href", "start", "title", "type"];
const SAFE_ADDRESS = /^(?:https?:|mailto:|tel:|\/(?!\/)|#)/i;

const marked = new Marked({
  gfm: true,
  renderer: {
    html: (/** @type {any} */ { text }) => escapeHtml(text),
    image: (/** @type {any} */ { href, text }) => `<a href="${escapeHtml(href)}">${escapeHtml(text || href)}</a>`,
  },
  extensions: [
    {
      name: "citation",
      level: "inline",
      start: (/** @type {string} */ source) => source.indexOf("["),
      tokenizer: (/** @type {string} */ source) => {
        const match = /^\[(\d{1,3})\](?!\()/.exec(source);
        return match ? { type: "citation", raw: match[0], number: match[1] } : undefined;
      },
      renderer: (/** @type {any} */ token) => `<sup class="cite" data-cite="${token.number}">[${token.number}]</sup>`,
    },
  ],
});

/**
 * A top-level block of a Markdown text. `raw` is its own text, `whole` that and the empty lines up to the next block:
 * all `whole` together are the text.
 * @typedef {{raw: string, whole: string, token: any}} Block
 */

/**
 * A Markdown text cut into its top-level blocks.
 * @param {string} text
 * @returns {Block[]}
 */
export function blocks(text) {
  /** @type {Block[]} */
  const found = [];
  for (const token of marked.lexer(text)) {
    const last = found.at(-1);
    if (token.type !== "space" && token.type !== "def") found.push({ raw: token.raw, whole: token.raw, token });
    else if (last) last.whole += token.raw;
  }
  return found;
}

/**
 * One block as elements.
 * @param {Block} block
 * @returns {DocumentFragment}
 */
export function renderBlock({ token }) {
  return sanitize(marked.parser([token]), TAGS, ATTRIBUTES);
}

/**
 * @param {string} html
 * @param {string[]} tags
 * @param {string[]} attributes
 * @returns {DocumentFragment}
 */
export function sanitize(html, tags, attributes) {
  return createDOMPurify.sanitize(html, {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: attributes,
    ALLOWED_URI_REGEXP: SAFE_ADDRESS,
    // The address rule would otherwise be asked of every attribute's value.
    ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href"),
    RETURN_DOM_FRAGMENT: true,
  });
}

/**
 * Whether an address may stand behind a link.
 * @param {string|undefined} address
 */
export function isSafeAddress(address) {
  return Boolean(address) && SAFE_ADDRESS.test(/** @type {string} */ (address));
}

/**
 * A text that is still being written, without what would look broken at its end: a link half there, a table whose second
 * line has not come, an emphasis without its end.
 * @param {string} text
 */
export function settled(text) {
  if (insideFence(text)) return text;
  const cut = text.replace(/!?\[[^\]\n]{0,200}(?:\]\([^)\s]{0,500})?$/, "").replace(/(?:^|\n)\|[^\n]*(?:\n\|?[ :|-]*)?$/, tableStart);
  const tail = cut.slice(cut.lastIndexOf("\n\n") + 1);
  return closed(closed(cut, tail, "**"), tail, "`");
}

/**
 * A line that begins with a bar is held back while it may be the head of a table; a row of a table that stands is kept.
 * @param {string} lines
 * @param {number} offset
 * @param {string} text
 */
function tableStart(lines, offset, text) {
  const before = text.slice(0, offset);
  const previous = before.slice(before.lastIndexOf("\n") + 1);
  return previous.startsWith("|") ? lines : "";
}

/**
 * @param {string} text
 * @param {string} tail the last paragraph of the text
 * @param {string} mark
 */
function closed(text, tail, mark) {
  if ((tail.split(mark).length - 1) % 2 === 0) return text;
  return text.endsWith(mark) ? text.slice(0, -mark.length) : text.trimEnd() + mark;
}

/** @param {string} text */
function insideFence(text) {
  return (text.match(/^ {0,3}(```|~~~)/gm) ?? []).length % 2 === 1;
}

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
