// @ts-check
/** The arguments of a tool call as people read them, or as fields that they can change. */

import { h } from "../dom.js";
import { words } from "../format.js";
import { t } from "../strings.js";

const DEEPEST = 3;
const LONG = 60;

/**
 * The arguments that say something to a person; ids do not.
 * @param {Object<string, unknown>} values
 */
export function readable(values) {
  return Object.entries(values).filter(([name]) => !/_ids?$/.test(name));
}

/**
 * @param {Object<string, unknown>} values
 * @param {number} [depth]
 * @returns {HTMLElement}
 */
export function argumentList(values, depth = 0) {
  return h("dl", { class: "arguments" }, ...readable(values).map(([name, value]) =>
    h("div", {}, h("dt", { text: words(name) }), h("dd", {}, shown(value, depth))),
  ));
}

/**
 * @param {unknown} value
 * @param {number} depth
 * @returns {Node|string}
 */
function shown(value, depth) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return value ? t("approval.yes") : t("approval.no");
  if (typeof value !== "object") return String(value);
  if (depth >= DEEPEST) return JSON.stringify(value);
  if (!Array.isArray(value)) return argumentList(/** @type {Object<string, unknown>} */ (value), depth + 1);
  if (value.every((entry) => typeof entry !== "object")) return value.join(", ");
  return h("ul", {}, ...value.map((entry) => h("li", {}, shown(entry, depth + 1))));
}

/**
 * Fields for the texts, numbers and addresses among the arguments; the rest is shown as it is, ids are kept.
 * Those that were left out are there to be filled in.
 * @param {Object<string, unknown>} values
 * @param {[string, string][]} [known]   all arguments in their order, with "text", "texts" or ""
 */
export function argumentFields(values, known = []) {
  /** @type {Map<string, HTMLInputElement|HTMLTextAreaElement>} */
  const fields = new Map();
  const kinds = new Map(known);
  const rows = readable(inOrder(values, known)).map(([name, value]) => {
    const text = isWords(value) || isEmpty(value, kinds.get(name)) ? [value ?? ""].flat().join(", ") : value;
    if (typeof text !== "string" && typeof text !== "number") return argumentList({ [name]: value });
    const field = fieldFor(text);
    fields.set(name, field);
    return h("label", { class: "field" }, h("span", { text: words(name) }), field);
  });
  return { element: h("div", { class: "argument-fields" }, ...rows), read: () => read(values, fields, kinds) };
}

/**
 * @param {Object<string, unknown>} values
 * @param {[string, string][]} known
 * @returns {Object<string, unknown>}
 */
function inOrder(values, known) {
  const left = known.filter(([name, kind]) => name in values || kind).map(([name]) => [name, values[name]]);
  return { ...Object.fromEntries(left), ...values };
}

/**
 * Nothing where words could stand.
 * @param {unknown} value
 * @param {string} [kind]
 */
function isEmpty(value, kind) {
  return Boolean(kind) && (value === undefined || value === null || (Array.isArray(value) && value.length === 0));
}

/**
 * A list that one line can hold: addresses, names.
 * @param {unknown} value
 * @returns {value is string[]}
 */
function isWords(value) {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" && !/[,;\n]/.test(one));
}

/** @param {string|number} value */
function fieldFor(value) {
  const text = String(value);
  if (typeof value === "string" && (text.length > LONG || text.includes("\n"))) {
    const area = h("textarea", { rows: Math.min(12, text.split("\n").length + 2) });
    area.value = text;
    return area;
  }
  const input = h("input", { type: "text", inputmode: typeof value === "number" ? "decimal" : null });
  input.value = text;
  return input;
}

/**
 * The arguments as edited, each of the type it had; what was empty and still is stays as it was.
 * @param {Object<string, unknown>} values
 * @param {Map<string, HTMLInputElement|HTMLTextAreaElement>} fields
 * @param {Map<string, string>} kinds
 */
function read(values, fields, kinds) {
  const edited = { ...values };
  for (const [name, field] of fields) {
    if (isEmpty(values[name], kinds.get(name))) {
      if (field.value.trim()) edited[name] = kinds.get(name) === "texts" ? parts(field.value) : field.value;
      continue;
    }
    if (typeof values[name] !== "number") {
      edited[name] = isWords(values[name]) ? parts(field.value) : field.value;
      continue;
    }
    const number = Number(field.value);
    if (field.value.trim() === "" || Number.isNaN(number)) throw new RangeError(t("approval.badvalue", { name: words(name) }));
    edited[name] = number;
  }
  return edited;
}

/** @param {string} text */
function parts(text) {
  return text.split(/[,;\n]/).map((part) => part.trim()).filter(Boolean);
}
