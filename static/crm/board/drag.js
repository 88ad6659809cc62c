// @ts-check
/** Dragging with mouse and finger. */

import Sortable from "../../vendor/sortablejs/sortable.esm.js";
import { mayAnimate } from "./dom.js";

const ANIMATION_MS = 150;
/** A finger that scrolls is not one that drags: it has to rest this long first. */
const TOUCH_DELAY_MS = 220;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./view.js").View} view
 * @param {import("./moves.js").Moves} moves
 * @param {{hold: () => void, release: () => void}} pause of what others change on the page
 */
export function enableDragging(store, view, moves, pause) {
  /** @param {HTMLElement} slot */
  const waysOf = (slot) => store.ways(store.find(slot.dataset.id ?? "")?.status ?? "");
  for (const { list } of view.columns.values()) {
    Sortable.create(list, {
      group: {
        name: "board",
        put: (/** @type {any} */ to, /** @type {any} */ _from, /** @type {HTMLElement} */ slot) =>
          waysOf(slot).includes(to.el.dataset.status),
      },
      draggable: ".kb-slot",
      filter: ".kb-menu-button",
      preventOnFilter: false,
      animation: mayAnimate() ? ANIMATION_MS : 0,
      // Not the browser's own dragging: it knows no touch and draws a ghost that cannot be styled.
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      fallbackClass: "kb-ghost",
      ghostClass: "kb-placeholder",
      delay: TOUCH_DELAY_MS,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      emptyInsertThreshold: 40,
      scrollSensitivity: 60,
      onStart: ({ item }) => {
        pause.hold();
        view.showWays(waysOf(item));
      },
      onEnd: async ({ item, to, originalEvent }) => {
        view.showWays(null);
        const lain = to.dataset.status ?? "";
        const target = columnUnder(originalEvent) ?? lain;
        const index = target === lain ? [...to.children].indexOf(item) : 0;
        try {
          await moves.move(item.dataset.id ?? "", target, index);
        } finally {
          pause.release();
        }
      },
    });
  }
}

/**
 * The column that the card was let go over. It differs from the one that the card lies in when that column does not
 * take the card, or when it was dropped on its head.
 * @param {MouseEvent|TouchEvent|undefined} event
 */
function columnUnder(event) {
  const point = event && "changedTouches" in event ? event.changedTouches[0] : event;
  if (!point) return undefined;
  const found = document.elementFromPoint(/** @type {any} */ (point).clientX, /** @type {any} */ (point).clientY);
  return /** @type {HTMLElement|null|undefined} */ (found?.closest(".kb-column"))?.dataset.status;
}
