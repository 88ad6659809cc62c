// @ts-check
/** Colours for code, loaded when the first code block of a known language appears. */

import { sanitize } from "./markdown.js";

const VENDOR = "../vendor/highlight/";
const LANGUAGES = { bash: "bash", css: "css", html: "xml", javascript: "javascript", js: "javascript", json: "json",
  py: "python", python: "python", sh: "bash", shell: "bash", sql: "sql", xml: "xml", yaml: "yaml", yml: "yaml" };

/**
 * Colour a `<code>` element in place. Does nothing for a language we do not carry.
 * @param {HTMLElement} code
 * @param {string} language
 */
export async function highlight(code, language) {
  const grammar = /** @type {Record<string, string>} */ (LANGUAGES)[language.toLowerCase()];
  if (!grammar) return;
  const [{ default: engine }, { default: rules }] = await Promise.all([
    import(`${VENDOR}core.min.js`),
    import(`${VENDOR}${grammar}.min.js`),
  ]);
  if (!engine.getLanguage(grammar)) engine.registerLanguage(grammar, rules);
  const { value } = engine.highlight(code.textContent ?? "", { language: grammar });
  code.replaceChildren(sanitize(value, ["span"], ["class"]));
}
