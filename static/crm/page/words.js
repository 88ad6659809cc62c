// @ts-check
/** The sentences of the page's scripts, in the language of the page. */

/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById("page-words")?.textContent ?? "{}");

/**
 * @param {string} name
 * @returns {string}
 */
export function word(name) {
  return words[name] ?? "";
}
