// @ts-check
/** Taking all values of one of the two at once. Without this script the page works field by field. */

const form = document.querySelector("form[data-merge]");
if (form instanceof HTMLFormElement) {
  for (const button of form.querySelectorAll("button[data-take]")) offer(form, /** @type {HTMLButtonElement} */ (button));
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
function offer(form, button) {
  const radios = form.querySelectorAll(`input[type=radio][value="${button.dataset.take}"]`);
  button.hidden = radios.length === 0;
  button.addEventListener("click", () => {
    for (const radio of radios) /** @type {HTMLInputElement} */ (radio).checked = true;
  });
}
