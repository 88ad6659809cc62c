// @ts-check
/** The board of leads: puts its parts together. */

import { toast } from "../../admin_mezzofy/toast.js";
import { filterBy, readBoard, readBoardAgain, readMore } from "./api.js";
import { byId, h } from "./dom.js";
import { enableDragging } from "./drag.js";
import { Filters } from "./filters.js";
import { Keyboard } from "./keyboard.js";
import { Live } from "../live.js";
import { lostDialog } from "./lost.js";
import { Menu } from "./menu.js";
import { Moves } from "./moves.js";
import { Refresher } from "./refresher.js";
import { Store } from "./store.js";
import { View } from "./view.js";
import { t, useWords } from "./words.js";

/** @type {import("./types.js").Bootstrap} */
const given = JSON.parse(byId("board-data").textContent ?? "");
useWords(given.words);
const store = new Store(given.board);
const view = new View(store, given.today, loadMore);
const filters = new Filters(given.user, () => load());
/** Answers may overtake each other; only the last question counts. */
let asked = 0;

byId("board-retry").addEventListener("click", () => load());
byId("clear-from-state").addEventListener("click", () => filters.clear());
filterBy(filters.query);
if (filters.restore()) load();
else showState();
if (!store.isSummary) beginWork();

function beginWork() {
  const moves = new Moves(store, view, lostDialog(given.needs_note));
  const refresher = new Refresher({
    readAll: () => load(readBoardAgain, () => !refresher.isHeld),
    readOne: async (id) => {
      const before = store.find(id)?.card;
      if (moves.isUnderway(id)) return;
      await moves.readAgain({ id }).catch(() => false);
      const now = store.find(id)?.card;
      if (now && now.version !== before?.version) view.flash(id);
      showState();
    },
  });
  if (store.mayMove) {
    enableDragging(store, view, moves, refresher);
    new Menu(store, view, moves);
  }
  new Keyboard(store, view, moves, refresher);
  new Live({ onState: showLive, onLead: (id) => refresher.changed(id), onReturn: () => refresher.all() });
}

/**
 * Read the whole board under the filters of the page.
 * @param {(loaded: Map<string, number>) => Promise<import("./types.js").Board>} read gets what is on the page now
 * @param {() => boolean} isWelcome whether the page may change when the answer has come
 */
async function load(read = readBoard, isWelcome = () => true) {
  const question = ++asked;
  filterBy(filters.query);
  view.setBusy(true);
  try {
    const board = await read(store.loaded);
    if (question !== asked || !isWelcome()) return;
    store.replace(board);
    view.draw();
    byId("board-complaint").hidden = true;
    showState();
  } catch (error) {
    // Cards that may be old are better than none.
    if (question === asked && read === readBoard) showState(/** @type {Error} */ (error));
    else if (question === asked) toast(t("load_failed"), "bad");
  } finally {
    if (question === asked) view.setBusy(false);
  }
}

/** @param {string} status */
async function loadMore(status) {
  const button = view.parts(status).more;
  const last = view.parts(status).list.lastElementChild;
  button.disabled = true;
  button.textContent = t("loading");
  try {
    store.append(status, await readMore(status, store.column(status).next));
    view.draw();
    view.focus(last?.nextElementSibling);
  } catch {
    toast(t("more_failed"), "bad");
  } finally {
    button.disabled = false;
    button.textContent = t("more");
  }
}

/**
 * Say why there are no cards, if there are none.
 * @param {Error} [error]
 */
function showState(error) {
  const isEmpty = store.leadCount === 0;
  const state = error ? "failed" : isEmpty ? (filters.query ? "filtered" : "empty") : "";
  byId("board-state").hidden = state === "";
  for (const part of byId("board-state").querySelectorAll("[data-state]")) {
    /** @type {HTMLElement} */ (part).hidden = /** @type {HTMLElement} */ (part).dataset.state !== state;
  }
  byId("board").hidden = state === "failed";
}

/** @param {import("../live.js").LiveState} state */
function showLive(state) {
  const mark = byId("live-mark");
  mark.dataset.tone = { live: "good", reconnecting: "warn", offline: "muted" }[state];
  mark.dataset.state = state;
  mark.title = t(`${state}_title`);
  mark.replaceChildren(h("span", { class: "kb-dot", "aria-hidden": "true" }), t(state));
}
