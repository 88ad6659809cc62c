// @ts-check
/** The empty chat: a greeting, and things to begin with. */

import { byId, fill, h } from "../dom.js";
import { agentIcon, icon } from "../icons.js";
import { t } from "../strings.js";

const NOON = 12;
const EVENING = 18;

/**
 * @param {import("../types.js").Bootstrap} bootstrap
 * @param {(text: string, agent: string) => void} choose
 */
export function drawWelcome({ user, suggestions }, choose) {
  const hour = new Date().getHours();
  const part = hour < NOON ? "morning" : hour < EVENING ? "afternoon" : "evening";
  const [firstName] = user.name.trim().split(/\s+/);
  const cards = suggestions.map((suggestion) => {
    const { text, agent = "" } = typeof suggestion === "string" ? { text: suggestion } : suggestion;
    return h("li", {}, h("button", { class: "suggestion", type: "button", data: { agent: agent || "auto" }, on: { click: () => choose(text, agent) } },
      h("span", { class: "agent-icon" }, icon(agentIcon(agent || "auto"))), h("span", { text })));
  });
  fill(byId("empty"),
    h("h2", { text: t(`empty.${part}`, { name: firstName || user.email }) }),
    h("p", { class: "empty-lead", text: t("empty.lead") }),
    h("ul", { class: "suggestions" }, ...cards),
  );
}
