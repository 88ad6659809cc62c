// @ts-check
/** The small forms: they open, are sent without a new page, and show what the server says. */

import { toast } from "../../admin_mezzofy/toast.js";
import { putRegions } from "./regions.js";
import { Problem, send } from "./send.js";
import { word } from "./words.js";

/**
 * @param {HTMLElement} page
 * @param {(name: string) => Promise<void>} openTab
 */
export function wireForms(page, openTab) {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.quick === undefined) return;
    event.preventDefault();
    void submit(page, form, event.submitter);
  });
  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target instanceof Element) fold(event.target.closest(".crm-correction"));
  });
  page.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest("[data-opens], [data-opens-tab], [data-dialog], [data-close]");
    if (opener instanceof HTMLElement) void open(page, opener, event, openTab);
  });
}

/**
 * @param {HTMLElement} page
 * @param {HTMLElement} opener
 * @param {Event} event
 * @param {(name: string) => Promise<void>} openTab
 */
async function open(page, opener, event, openTab) {
  const { opens, opensTab, dialog, focus } = opener.dataset;
  // A call or a mail is also begun in its own program: the link is followed.
  if (opener.dataset.follow === undefined) event.preventDefault();
  if (opener.dataset.close !== undefined) close(opener.closest("form"));
  else if (dialog) showDialog(dialog);
  else if (opens) show(page, opens);
  else if (opensTab) {
    await openTab(opensTab);
    /** @type {HTMLElement | null} */ (page.querySelector(focus ?? ""))?.focus();
  }
}

/** @param {string} id */
function showDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return;
  dialog.removeAttribute("open");
  dialog.showModal();
}

/**
 * Open one form and close the others; a second click closes it again.
 * @param {HTMLElement} page
 * @param {string} id
 */
function show(page, id) {
  for (const form of page.querySelectorAll(".crm-quick")) {
    const isAsked = form.id === id && !form.hasAttribute("data-open");
    form.toggleAttribute("data-open", isAsked);
    if (isAsked) focusFirst(/** @type {HTMLFormElement} */ (form));
  }
}

/** @param {HTMLFormElement} form */
function focusFirst(form) {
  const fields = "input:not([type=hidden]), textarea, select";
  /** @type {HTMLElement | null} */ (form.querySelector(fields))?.focus();
}

/** @param {HTMLFormElement | null} form */
function close(form) {
  if (!form) return;
  clearErrors(form);
  form.removeAttribute("data-open");
  form.closest("dialog")?.close();
  fold(form.closest("details"));
  const opener = document.querySelector(`[data-opens="${form.id}"]`);
  if (form.id && opener instanceof HTMLElement) opener.focus();
}

/** @param {Element | null} details */
function fold(details) {
  if (!(details instanceof HTMLDetailsElement)) return;
  details.querySelector("form")?.reset();
  details.open = false;
  details.querySelector("summary")?.focus();
}

/**
 * @param {HTMLElement} page
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function submit(page, form, submitter) {
  if (form.getAttribute("aria-busy") === "true") return;
  clearErrors(form);
  const tooLarge = oversized(form);
  if (tooLarge) return showErrors(form, new Problem(413, "too_large", tooLarge, { file: [tooLarge] }));
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await send(form, submitter, kindOf(page));
    form.reset();
    close(form.matches(".crm-quick") || form.closest("dialog, details") ? form : null);
    putRegions(page, answer.regions);
    toast(answer.message, "good");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    showErrors(form, problem);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/**
 * The timeline that comes back is filtered as the one on the page.
 * @param {HTMLElement} page
 */
function kindOf(page) {
  const chosen = page.querySelector("[data-kind][aria-current=true]");
  return chosen instanceof HTMLElement ? chosen.dataset.kind ?? "" : "";
}

/** @param {HTMLFormElement} form */
function oversized(form) {
  const limit = Number(form.dataset.maxBytes ?? 0);
  const input = form.querySelector("input[type=file]");
  const file = input instanceof HTMLInputElement ? input.files?.[0] : null;
  return file && limit && file.size > limit ? word("too_large") : "";
}

/** @param {HTMLFormElement} form */
function clearErrors(form) {
  for (const place of form.querySelectorAll("[data-error]")) {
    place.textContent = "";
    /** @type {HTMLElement} */ (place).hidden = true;
  }
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/**
 * Each sentence beside its field; the others below the form. A stale page says how to get the new one.
 * @param {HTMLFormElement} form
 * @param {Problem} problem
 */
function showErrors(form, problem) {
  const isAgain = takeVersion(form, problem);
  let isBeside = false;
  for (const [name, found] of Object.entries(problem.errors)) {
    const place = form.querySelector(`[data-error="${CSS.escape(name)}"]`);
    const field = form.elements.namedItem(name);
    if (!(place instanceof HTMLElement) || !(field instanceof HTMLElement)) continue;
    put(place, sentence(found) || problem.detail);
    field.setAttribute("aria-invalid", "true");
    if (!isBeside) field.focus();
    isBeside = true;
  }
  if (isBeside) return;
  const below = form.querySelector('[data-error=""]');
  const text = problem.detail || word(problem.unreachable ? "unreachable" : "unreadable");
  if (below instanceof HTMLElement) put(below, problem.code === "stale" && !isAgain ? `${text} ${word("reload")}` : text);
  else toast(text, "bad");
}

/**
 * Some refusals name the version of now: sent again, the form means to overwrite it. True: this one did.
 * @param {HTMLFormElement} form
 * @param {Problem} problem
 */
function takeVersion(form, problem) {
  const field = form.elements.namedItem("version");
  const version = problem.errors.version?.[0];
  if (!(field instanceof HTMLInputElement) || !version) return false;
  field.value = version;
  return true;
}

/** Sentences are for people; codes and lists of choices are not.
 * @param {unknown} found
 */
function sentence(found) {
  const first = Array.isArray(found) ? found[0] : "";
  return typeof first === "string" && first.includes(" ") && first.endsWith(".") ? first : "";
}

/**
 * @param {HTMLElement} place
 * @param {string} text
 */
function put(place, text) {
  place.hidden = false;
  place.textContent = text;
}
