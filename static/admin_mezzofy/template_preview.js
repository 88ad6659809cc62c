// @ts-check
/** The preview of a template's version: its faults, then its pages as pictures. */

import { Problem, get } from "./http.js";

const words = JSON.parse(document.getElementById("preview-words")?.textContent ?? "{}");

/**
 * @typedef {{ text: string, line: number, blocks: boolean }} Fault
 * @typedef {{ problems: Fault[], pages: string[], simplified: boolean, note?: string }} Preview
 */

for (const stage of document.querySelectorAll("[data-preview]")) {
  if (stage instanceof HTMLElement) void show(stage);
}

/** @param {HTMLElement} stage */
async function show(stage) {
  try {
    /** @type {Preview} */
    const preview = await get(stage.dataset.preview ?? "");
    stage.replaceChildren(...faults(preview.problems), ...pages(preview));
  } catch (error) {
    stage.replaceChildren(sentence(error instanceof Problem && error.detail ? error.detail : words.failed));
  }
  stage.setAttribute("aria-busy", "false");
}

/** @param {Fault[]} problems */
function faults(problems) {
  for (const button of document.querySelectorAll("[data-publish]")) {
    if (button instanceof HTMLButtonElement) button.disabled = problems.some((problem) => problem.blocks);
  }
  if (!problems.length) return [];
  const list = document.createElement("ul");
  list.className = "doc-problems";
  for (const problem of problems) {
    const item = document.createElement("li");
    item.className = "doc-problem";
    item.dataset.blocks = String(problem.blocks);
    item.textContent = problem.text;
    list.append(item);
  }
  return [list];
}

/** @param {Preview} preview */
function pages(preview) {
  if (!preview.pages.length) return [sentence(preview.note ?? words.faulty)];
  const grid = document.createElement("div");
  grid.className = "doc-pages";
  preview.pages.forEach((address, index) => {
    const picture = document.createElement("img");
    picture.className = "doc-page";
    picture.src = address;
    picture.alt = words.page.replace("{number}", String(index + 1));
    grid.append(picture);
  });
  return preview.simplified ? [grid, sentence(words.simplified)] : [grid];
}

/** @param {string} text */
function sentence(text) {
  const line = document.createElement("p");
  line.className = "mz-muted";
  line.textContent = text;
  return line;
}
