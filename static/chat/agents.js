// @ts-check
import { t } from "./strings.js";

/**
 * How an agent is called above its answers.
 * @param {string} name
 * @param {import("./types.js").Agent[]} agents
 */
export function agentTitle(name, agents) {
  const agent = agents.find((one) => one.name === name);
  return agent ? t("agent.answer", { agent: agent.title }) : t("agent.assistant");
}
