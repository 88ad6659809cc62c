// @ts-check
/** One lead as a card. */

import { h, icon } from "./dom.js";
import { day, money, t } from "./words.js";

/** @typedef {import("./types.js").Card} Card */

/**
 * The empty place of a card; `fillCard` writes on it.
 * @param {string} id
 */
export function newSlot(id) {
  return h("li", { class: "kb-slot", "data-id": id });
}

/**
 * Write the card, unless it says the same already. Keeps the focus where it was.
 * @param {HTMLElement} slot
 * @param {Card} card
 * @param {{label: string, today: string, mayMove: boolean}} about
 */
export function fillCard(slot, card, about) {
  const content = JSON.stringify([card, about]);
  if (slot.dataset.content === content) return;
  const focused = slot.contains(document.activeElement) ? document.activeElement : null;
  slot.dataset.content = content;
  const isReachable = slot.querySelector('.kb-card[tabindex="0"]') !== null;
  slot.replaceChildren(article(card, about));
  if (isReachable) for (const part of slot.querySelectorAll("[tabindex]")) part.setAttribute("tabindex", "0");
  if (!focused) return;
  const again = focused.matches(".kb-menu-button") ? ".kb-menu-button" : ".kb-card";
  /** @type {HTMLElement|null} */ (slot.querySelector(again))?.focus();
}

/**
 * @param {Card} card
 * @param {{label: string, today: string, mayMove: boolean}} about
 */
function article(card, about) {
  return h(
    "article",
    {
      class: "kb-card",
      tabindex: "-1",
      "aria-label": t("card", { company: card.company, stage: about.label }),
      "aria-describedby": about.mayMove ? "board-help" : null,
    },
    h(
      "div",
      { class: "kb-card-head" },
      h("a", { class: "kb-company", href: card.url, draggable: "false", tabindex: "-1" }, card.company),
      about.mayMove && menuButton(card),
    ),
    h("p", { class: "kb-contact" }, [card.contact, card.industry].filter(Boolean).join(" · ")),
    h(
      "div",
      { class: "kb-facts" },
      h("span", { class: "kb-value" }, card.value === null ? "–" : money(card.value, card.currency)),
      age(card),
      initials(card),
    ),
    nextStep(card, about.today),
  );
}

/** @param {Card} card */
function menuButton(card) {
  const attributes = {
    type: "button",
    class: "kb-menu-button",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "aria-label": t("menu", { company: card.company }),
    title: t("menu_title"),
    tabindex: "-1",
  };
  return h("button", attributes, icon("more_vert"));
}

/** @param {Card} card */
function age(card) {
  const unit = card.days === 1 ? "day" : "days";
  const title = t(card.is_old ? `${unit}_old_title` : `${unit}_title`, { count: card.days });
  const attributes = { class: "mz-badge kb-age", "data-tone": card.is_old ? "warn" : "muted", title };
  const days = h("span", { "aria-hidden": "true" }, t("days", { count: card.days }));
  return h("span", attributes, card.is_old && icon("schedule"), days, h("span", { class: "mz-sr-only" }, title));
}

/** @param {Card} card */
function initials(card) {
  const title = card.owner ? t("owner", { name: card.owner.name }) : t("no_owner");
  const sign = card.owner ? h("span", { "aria-hidden": "true" }, card.owner.initials) : icon("person_off");
  const name = h("span", { class: "mz-sr-only" }, title);
  return h("span", { class: card.owner ? "kb-owner" : "kb-owner is-nobody", title }, sign, name);
}

/**
 * @param {Card} card
 * @param {string} today
 */
function nextStep(card, today) {
  if (card.lost_reason) return h("p", { class: "kb-next" }, icon("flag"), card.lost_reason);
  const step = card.next_step;
  if (!step) return null;
  const when = step.on === today ? t("today") : day(step.on);
  return h(
    "p",
    { class: step.is_overdue ? "kb-next is-overdue" : "kb-next" },
    icon(step.is_overdue ? "event_busy" : "event"),
    h("span", { class: "kb-step", title: step.title }, step.title),
    h("time", { datetime: step.on }, when, step.is_overdue && h("span", { class: "kb-late" }, `, ${t("overdue")}`)),
  );
}
