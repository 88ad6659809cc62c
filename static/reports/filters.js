// @ts-check
/** The two days of the filter form are asked for only when "other days" is chosen. */

const OTHER_DAYS = "days";

/** @param {HTMLElement} report */
export function showDaysWhenChosen(report) {
  const choice = report.querySelector("select[name=period]");
  if (!(choice instanceof HTMLSelectElement)) return;
  const days = [...report.querySelectorAll("[data-field=from], [data-field=to]")];
  const show = () => {
    const chosen = choice.value === OTHER_DAYS;
    for (const field of days) {
      /** @type {HTMLElement} */ (field).hidden = !chosen;
      for (const input of field.querySelectorAll("input")) input.disabled = !chosen;
    }
  };
  choice.addEventListener("change", show);
  show();
}
