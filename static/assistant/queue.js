// @ts-check
/** Keys of the queue, and choosing several questions of one kind. The page works without it. */

const typing = "input, textarea, select, [contenteditable]";

/** @type {Record<string, () => void>} */
const keys = {
  j: () => click("following"),
  k: () => click("previous"),
  a: () => click("approve"),
  r: () => click("reject"),
  e: edit,
};

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest(typing)) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

/** @param {string} id */
function click(id) {
  document.getElementById(id)?.click();
}

function edit() {
  const details = /** @type {HTMLDetailsElement | null} */ (document.getElementById("edit"));
  if (!details) return;
  details.open = true;
  /** @type {HTMLElement | null} */ (details.querySelector("input, textarea, select"))?.focus();
}

/** Only questions of one tool go together: the others cannot be chosen once one is. */
const together = document.getElementById("together");
const buttons = document.getElementById("together-buttons");
if (together && buttons) {
  const boxes = [.../** @type {NodeListOf<HTMLInputElement>} */ (together.querySelectorAll("input[name=chosen]"))];
  const settle = () => {
    const tool = boxes.find((box) => box.checked)?.dataset.tool;
    for (const box of boxes) box.disabled = Boolean(tool) && box.dataset.tool !== tool;
    buttons.hidden = !tool;
  };
  together.addEventListener("change", settle);
  settle();
}

/** A second press while the first is under way would only be refused. */
document.getElementById("answer")?.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
