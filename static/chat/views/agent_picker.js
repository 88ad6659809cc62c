// @ts-check
/** Who shall answer: the platform's choice, or one of the agents. */

import { byId, fill, h } from "../dom.js";
import { agentIcon, icon } from "../icons.js";
import { t } from "../strings.js";
import { openMenu } from "./menu.js";

export class AgentPicker {
  #button = byId("agent-button");
  #panel = byId("agent-panel");
  /** The chosen agent's name; empty for the platform's choice. */
  value = "";
  /** Called after a choice. */
  onChange = () => {};

  /** @param {import("../types.js").Agent[]} agents */
  constructor(agents) {
    this.agents = [{ name: "", title: t("agent.auto"), description: t("agent.auto.description") }, ...agents];
    const rows = this.agents.map((agent) => this.#row(agent));
    this.#panel.append(...rows);
    openMenu(this.#button, this.#panel, () => this.#panel.querySelector("input:checked"));
    this.choose("");
  }

  /** The chosen agent's title; empty for the platform's choice. */
  get title() {
    return this.value ? this.agents.find((agent) => agent.name === this.value)?.title ?? "" : "";
  }

  /** @param {string} name */
  choose(name) {
    const agent = this.agents.find((one) => one.name === name) ?? this.agents[0];
    this.value = agent.name;
    const input = /** @type {HTMLInputElement|null} */ (this.#panel.querySelector(`input[value="${agent.name}"]`));
    if (input) input.checked = true;
    fill(this.#button, icon(agentIcon(agent.name || "auto")), h("span", { text: agent.title }), icon("chevron"));
    this.onChange();
  }

  /** @param {import("../types.js").Agent} agent */
  #row(agent) {
    const input = h("input", { type: "radio", name: "agent", value: agent.name, class: "visually-hidden" });
    input.addEventListener("change", () => this.choose(agent.name));
    return h("label", { class: "agent-option", data: { agent: agent.name || "auto" } }, input,
      h("span", { class: "agent-icon" }, icon(agentIcon(agent.name || "auto"))),
      h("span", {}, h("span", { class: "agent-title", text: agent.title }), h("span", { class: "agent-note", text: agent.description })),
      icon("check"),
    );
  }
}
