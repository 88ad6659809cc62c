// @ts-check
/** Warns while somebody types a lead that may be there already. */
import { get } from "../admin_mezzofy/http.js";

const DELAY_MS = 300;
/** What the question calls each field of the form. */
const FIELDS = { company: "id_company_name", contact: "id_contact_name", email: "id_contact_email", phone: "id_contact_phone" };
const SHORTEST = 3;

/** @typedef {{id: string | null, label: string, url: string, score: number, reasons: string[]}} Duplicate */

let timer = 0;
let asked = "";

// On the document: the form may come later, and be replaced by a fresh one.
document.addEventListener("input", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !Object.values(FIELDS).includes(target.id)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, DELAY_MS);
});

/** Ask once the fields rest; the answer to an older question is dropped. */
async function ask() {
  const box = document.querySelector("[data-duplicates]");
  const question = questionOf();
  if (!(box instanceof HTMLElement) || question === asked) return;
  asked = question;
  const found = question ? await answerTo(box, question) : [];
  if (found && question === asked) show(box, found);
}

/** @returns {string} query string; "" when there is too little to ask */
function questionOf() {
  const typed = Object.entries(FIELDS).flatMap(([name, id]) => {
    const input = document.getElementById(id);
    const text = input instanceof HTMLInputElement ? input.value.trim() : "";
    return text.length < SHORTEST ? [] : [[name, text]];
  });
  return typed.some(([name]) => name !== "contact") ? new URLSearchParams(typed).toString() : "";
}

/**
 * @param {HTMLElement} box
 * @param {string} question
 * @returns {Promise<Duplicate[] | null>} null when there is no answer: typing goes on without the warning
 */
async function answerTo(box, question) {
  const { url, exclude } = box.dataset;
  try {
    const answer = await get(`${url}?${question}${exclude ? `&exclude=${exclude}` : ""}`);
    return answer.results;
  } catch {
    return null;
  }
}

/**
 * @param {HTMLElement} box
 * @param {Duplicate[]} found
 */
function show(box, found) {
  if (found.length === 0) {
    box.replaceChildren();
    return;
  }
  const list = element("ul", "dup-list");
  list.append(...found.map((known) => itemOf(box, known)));
  const card = element("div", "dup-card");
  card.append(element("p", "dup-title", box.dataset.title), list);
  box.replaceChildren(card);
}

/**
 * @param {HTMLElement} box
 * @param {Duplicate} known
 */
function itemOf(box, known) {
  const item = element("li", "dup-item");
  if (known.id) item.append(linkTo(box, known.url, known.label, true));
  item.append(element("span", "", known.reasons.join(" · ")));
  if (known.id && box.dataset.merge) {
    const link = linkTo(box, `${box.dataset.merge}?with=${known.id}`, box.dataset.mergeLabel ?? "", false);
    link.className = "dup-merge";
    link.setAttribute("aria-label", `${box.dataset.mergeLabel}: ${known.label}`);
    item.append(link);
  }
  return item;
}

/**
 * @param {HTMLElement} box
 * @param {string} url
 * @param {string} text
 * @param {boolean} apart whether it opens in a tab of its own, so that nothing typed is lost
 */
function linkTo(box, url, text, apart) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = text;
  if (apart) {
    link.target = "_blank";
    link.rel = "noopener";
    link.append(element("span", "mz-sr-only", ` ${box.dataset.newTab}`));
  }
  return link;
}

/**
 * @param {string} tag
 * @param {string} name class
 * @param {string} [text]
 */
function element(tag, name, text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = text;
  return made;
}
