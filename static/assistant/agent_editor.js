// @ts-check
/** The editor of an agent's draft: counts characters, keeps the check-lists in step, warns before words are lost. */

const editor = document.querySelector("[data-agent-editor]");
if (editor instanceof HTMLFormElement) start(editor);

/** @param {HTMLFormElement} form */
function start(form) {
  countCharacters(form);
  for (const family of form.querySelectorAll("[data-family]")) keepInStep(family);
  warnBeforeLeaving(form);
}

/** @param {HTMLFormElement} form */
function countCharacters(form) {
  const words = form.querySelector("textarea[name=instructions]");
  const line = form.querySelector("[data-count]");
  if (!(words instanceof HTMLTextAreaElement) || !(line instanceof HTMLElement)) return;
  const most = Number(form.dataset.longest);
  const show = () => {
    const count = words.value.length;
    line.textContent = filled(line.dataset.words, { count, most });
    if (count > most) line.dataset.tone = "bad";
    else delete line.dataset.tone;
  };
  words.addEventListener("input", show);
  show();
}

/**
 * The box of the whole family ticks those of its tools, which say nothing more.
 * @param {Element} family
 */
function keepInStep(family) {
  const whole = family.querySelector("[data-whole]");
  const given = family.querySelector("[data-given]");
  const boxes = [...family.querySelectorAll("[data-one]")].filter((box) => box instanceof HTMLInputElement);
  if (!(whole instanceof HTMLInputElement) || !(given instanceof HTMLElement)) return;
  const show = () => {
    for (const box of boxes) {
      box.disabled = whole.checked;
      if (whole.checked) box.checked = true;
    }
    const chosen = whole.checked ? boxes.length : boxes.filter((box) => box.checked).length;
    given.textContent = filled(given.dataset.words, { given: chosen, all: boxes.length });
  };
  family.addEventListener("change", show);
  show();
}

/** @param {HTMLFormElement} form */
function warnBeforeLeaving(form) {
  let changed = form.querySelector("[role=alert]") !== null;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

/**
 * @param {string | undefined} template with `{names}`
 * @param {Record<string, number>} values
 */
function filled(template, values) {
  return (template ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString());
}
