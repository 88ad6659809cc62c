// @ts-check
/** Light, dark, or as the system has it; remembered in this browser. */

import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../strings.js";

const KEPT_AS = "mezzofy.theme";
const ORDER = ["auto", "light", "dark"];

/** @param {HTMLElement} button */
export function themeToggle(button) {
  const root = document.documentElement;
  const show = () => {
    const theme = root.dataset.theme ?? "auto";
    fill(button, icon(`theme-${theme}`), h("span", { text: t(`theme.${theme}`) }));
  };
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const next = ORDER[(ORDER.indexOf(root.dataset.theme ?? "auto") + 1) % ORDER.length];
    if (next === "auto") {
      delete root.dataset.theme;
      localStorage.removeItem(KEPT_AS);
    } else {
      root.dataset.theme = next;
      localStorage.setItem(KEPT_AS, next);
    }
    show();
  });
  show();
}
