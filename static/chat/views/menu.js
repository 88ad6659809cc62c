// @ts-check
/** A panel that a button opens and that closes when one leaves it. */

/** @type {Set<() => boolean>} */
const open = new Set();

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} panel
 * @param {() => Element|null} [first] what gets the focus
 */
export function openMenu(button, panel, first = () => panel.querySelector("a, button, input")) {
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", panel.id);

  const close = () => {
    if (panel.hidden) return false;
    const inside = panel.contains(document.activeElement);
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    open.delete(close);
    if (inside) button.focus();
    return true;
  };

  button.addEventListener("click", () => {
    if (close()) return;
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    open.add(close);
    /** @type {HTMLElement|null} */ (first())?.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!panel.contains(target) && !button.contains(target)) close();
  });
  panel.addEventListener("focusout", (event) => {
    const next = /** @type {Node|null} */ (event.relatedTarget);
    if (next && !panel.contains(next) && !button.contains(next)) close();
  });
  panel.addEventListener("click", (event) => {
    // A click with the pointer chooses; arrow keys only move the choice.
    const target = /** @type {Element} */ (event.target);
    if (target.closest("a, button") || (target.closest("label") && event.detail > 0)) close();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      close();
    }
  });
}

/** Close whatever panel is open. True when there was one. */
export function closeMenus() {
  return [...open].map((close) => close()).some(Boolean);
}
