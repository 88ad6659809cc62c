// @ts-check
/** Sentences and numbers as the reader of the page writes them. */

/** @type {Record<string, string>} */
let words = {};
const language = document.documentElement.lang || "en";

/** @param {Record<string, string>} given from the server, in the reader's language */
export function useWords(given) {
  words = given;
}

/**
 * The sentence of this name with its `{gaps}` filled in.
 * @param {string} name
 * @param {Record<string, string|number>} [values]
 */
export function t(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (gap, key) => String(values[key] ?? gap));
}

/** @param {number} count */
export function number(count) {
  return new Intl.NumberFormat(language).format(count);
}

/**
 * @param {string|number} value
 * @param {string} currency ISO code; anything else is written in front as it is
 * @param {boolean} [isShort] 1.2M in place of 1,234,567
 */
export function money(value, currency, isShort = false) {
  const format = new Intl.NumberFormat(language, {
    maximumFractionDigits: isShort ? 1 : 0,
    notation: isShort ? "compact" : "standard",
  });
  return `${currency} ${format.format(Number(value))}`;
}

/**
 * Sums by currency in one line.
 * @param {Record<string, string>} sums
 * @param {boolean} [isShort]
 */
export function sums(sums, isShort = false) {
  return Object.entries(sums).map(([currency, value]) => money(value, currency, isShort)).join(" · ");
}

/** @param {string} iso a day, YYYY-MM-DD */
export function day(iso) {
  const [year, month, date] = iso.split("-").map(Number);
  const format = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  return format.format(new Date(year, month - 1, date));
}
