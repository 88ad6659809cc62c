// @ts-check
/** What markup alone leaves out of reach: tables that scroll for the keyboard, boxes of choices without a name. */

/** A table that is wider than its frame can be scrolled with the arrow keys, and says what it is. */
function openFrames() {
  for (const frame of document.querySelectorAll(".mz-table-frame:not([tabindex])")) {
    if (frame.scrollWidth <= frame.clientWidth) continue;
    frame.setAttribute("tabindex", "0");
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", headingBefore(frame));
  }
}

/** @param {Element} place */
function headingBefore(place) {
  const headings = [...document.querySelectorAll("main :is(h1, h2, h3)")];
  const before = headings.filter((heading) => heading.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.at(-1)?.textContent?.trim() || document.title;
}

/** The boxes that look rows up are drawn by a script that does not know the label of their field. */
function nameChoices() {
  for (const box of document.querySelectorAll(".select2-selection[role=combobox]")) {
    const field = box.closest(".select2")?.previousElementSibling;
    const label = field?.id ? document.querySelector(`label[for="${CSS.escape(field.id)}"]`) : null;
    const shown = box.querySelector("[role=textbox]");
    if (!label || !shown) continue;
    label.id ||= `label-${field?.id}`;
    shown.setAttribute("aria-labelledby", label.id);
    box.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
  }
}

// The boxes are drawn by what listens for the same event; a row that is added to a form brings more of them.
window.addEventListener("load", () =>
  setTimeout(() => {
    openFrames();
    nameChoices();
  }),
);
window.addEventListener("resize", openFrames);
document.addEventListener("formset:added", nameChoices);
