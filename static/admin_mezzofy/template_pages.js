// @ts-check
/** What a template gives: its faults, then its pages as pictures. */

/**
 * @typedef {{ text: string, blocks: boolean }} Fault
 * @typedef {{ problems: Fault[], pages: string[], simplified: boolean, note?: string }} Preview
 */

const words = JSON.parse(document.getElementById("preview-words")?.textContent ?? "{}");

/**
 * @param {HTMLElement} stage
 * @param {Preview} preview
 */
export function showPreview(stage, preview) {
  stage.replaceChildren(...faults(preview.problems), ...pages(preview));
  stage.setAttribute("aria-busy", "false");
}

/**
 * @param {HTMLElement} stage
 * @param {string} [text] why there is none
 */
export function showFailure(stage, text) {
  stage.replaceChildren(sentence(text || words.failed));
  stage.setAttribute("aria-busy", "false");
}

/** @param {Fault[]} problems */
function faults(problems) {
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
