// @ts-check
/**
 * Saved filters: every element with `data-saved-filters="<page key>"` becomes a menu of the ways in which the
 * page was filtered before. A filter is the page's query string.
 */

import { del, get, patch, post, Problem } from "./http.js";
import { toast } from "./toast.js";

/** @typedef {{id: string, name: string, query: string, shared: boolean, own: boolean, owner: string}} Filter */

const words = /** @type {Record<string, string>} */ (document.getElementById("mz-saved-words")?.dataset ?? {});
/** Where one is in a list is not part of how one looks at it. */
const TRANSIENT = ["p", "e", "_changelist_filters"];

if (words.url) {
  for (const place of document.querySelectorAll("[data-saved-filters]")) {
    if (place instanceof HTMLElement) savedFilters(place, place.dataset.savedFilters ?? "");
  }
}

/**
 * @param {HTMLElement} place
 * @param {string} page key of the page, as the server knows it
 */
function savedFilters(place, page) {
  const menu = node("div", { className: "mz-saved-menu" });
  const summary = node("summary", { className: "mz-btn" }, icon("bookmark"), words.title);
  const details = node("details", {}, summary, menu);
  place.classList.add("mz-saved");
  place.append(details);

  details.addEventListener("toggle", () => details.open && void load());
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !place.contains(event.target) && !dialogOpen()) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || dialogOpen()) return;
    details.open = false;
    summary.focus();
  });

  async function load() {
    await tried(async () => {
      const { filters } = await get(`${words.url}?page=${encodeURIComponent(page)}`);
      show(filters);
    });
  }

  /** @param {Filter[]} filters */
  function show(filters) {
    const rows = filters.map(row);
    const save = button(words.save, "mz-btn mz-btn-small", () => void saveNew(), "add");
    menu.replaceChildren(...(rows.length ? rows : [node("p", { className: "mz-muted" }, words.none)]), save);
  }

  /** @param {Filter} filter */
  function row(filter) {
    const link = node("a", { href: `?${filter.query}` }, filter.name);
    if (filter.query === currentQuery()) link.setAttribute("aria-current", "true");
    if (filter.shared) {
      const by = filter.own ? words.shared : words.sharedBy.replace("%s", filter.owner);
      link.append(node("span", { className: "mz-muted" }, by));
    }
    const line = node("div", { className: "mz-saved-row" }, link);
    if (filter.own) {
      line.append(
        iconButton("edit", words.renameOf.replace("%s", filter.name), () => void rename(filter)),
        iconButton("delete", words.deleteOf.replace("%s", filter.name), () => void remove(filter)),
      );
    }
    return line;
  }

  async function saveNew() {
    await edit(words.save, { name: "", shared: false }, (values) =>
      post(words.url, { page, query: currentQuery(), ...values }));
  }

  /** @param {Filter} filter */
  async function rename(filter) {
    await edit(words.rename, filter, (values) => patch(`${words.url}${filter.id}/`, values));
  }

  /**
   * @param {string} title
   * @param {{name: string, shared: boolean}} before
   * @param {(values: {name: string, shared: boolean}) => Promise<any>} send
   */
  async function edit(title, before, send) {
    if (await asked(title, before, send)) {
      toast(words.saved, "good");
      await load();
    }
    summary.focus();
  }

  /** @param {Filter} filter */
  async function remove(filter) {
    if (await confirmed(words.sure.replace("%s", filter.name))) {
      await tried(async () => {
        await del(`${words.url}${filter.id}/`);
        toast(words.deleted, "good");
        await load();
      });
    }
    summary.focus();
  }
}

/**
 * A dialog for name and sharing; it stays open with the reason when the server refuses. True when saved.
 * @param {string} title
 * @param {{name: string, shared: boolean}} before
 * @param {(values: {name: string, shared: boolean}) => Promise<any>} send
 * @returns {Promise<boolean>}
 */
function asked(title, before, send) {
  const name = node("input", { className: "mz-input", id: "mz-saved-name", value: before.name, required: true, maxLength: 80 });
  const shared = node("input", { type: "checkbox", checked: before.shared });
  const error = node("p", { className: "mz-error", id: "mz-saved-error", role: "alert" });
  name.setAttribute("aria-describedby", error.id);
  const form = node(
    "form",
    { className: "mz-stack" },
    node("h2", { className: "mz-card-title" }, title),
    node("div", {}, node("label", { className: "mz-label", htmlFor: name.id }, words.name), name, error),
    node("label", { className: "mz-check" }, shared, words.share),
  );
  return opened(form, words.ok, "mz-btn mz-btn-primary", async () => {
    try {
      await send({ name: name.value, shared: shared.checked });
      return true;
    } catch (problem) {
      error.textContent = sentence(problem);
      name.setAttribute("aria-invalid", "true");
      name.focus();
      return false;
    }
  });
}

/**
 * @param {string} question
 * @returns {Promise<boolean>}
 */
function confirmed(question) {
  const form = node("form", { className: "mz-stack" }, node("p", {}, question));
  return opened(form, words.delete, "mz-btn mz-btn-danger", () => Promise.resolve(true), words.keep);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} label of the button that does it
 * @param {string} look
 * @param {() => Promise<boolean>} submit whether the dialog may close
 * @param {string} [cancel]
 * @returns {Promise<boolean>} whether it was done
 */
function opened(form, label, look, submit, cancel = words.cancel) {
  const dialog = node("dialog", { className: "mz-dialog" }, form);
  dialog.setAttribute("aria-label", form.querySelector("h2, p")?.textContent ?? "");
  const done = node("button", { type: "submit", className: look }, label);
  form.append(node("div", { className: "mz-dialog-actions" }, button(cancel, "mz-btn", () => dialog.close()), done));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      done.disabled = true;
      const closes = await submit();
      done.disabled = false;
      if (closes) dialog.close("done");
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "done");
    });
  });
}

/** @param {() => Promise<void>} work */
async function tried(work) {
  try {
    await work();
  } catch (problem) {
    toast(sentence(problem), "bad");
  }
}

/** @param {unknown} problem */
function sentence(problem) {
  return (problem instanceof Problem && problem.detail) || words.failed;
}

function currentQuery() {
  const query = new URLSearchParams(window.location.search);
  for (const name of TRANSIENT) query.delete(name);
  return query.toString();
}

function dialogOpen() {
  return document.querySelector("dialog[open]") !== null;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<HTMLElementTagNameMap[K]>} properties
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function node(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** @param {string} name */
function icon(name) {
  const made = node("span", { className: "material-symbols-outlined", ariaHidden: "true" });
  made.textContent = name;
  return made;
}

/**
 * @param {string} label
 * @param {string} look
 * @param {() => void} act
 * @param {string} [symbol]
 */
function button(label, look, act, symbol) {
  const made = node("button", { type: "button", className: look }, ...(symbol ? [icon(symbol)] : []), label);
  made.addEventListener("click", act);
  return made;
}

/**
 * @param {string} symbol
 * @param {string} label
 * @param {() => void} act
 */
function iconButton(symbol, label, act) {
  const made = node("button", { type: "button", className: "mz-icon-btn", title: label, ariaLabel: label }, icon(symbol));
  made.addEventListener("click", act);
  return made;
}
