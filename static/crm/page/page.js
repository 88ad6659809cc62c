// @ts-check
/** The page of a lead, a company or a contact. All of it works without scripts too, with a new page each time. */

import { wireChanges } from "./changes.js";
import { wireForms } from "./forms.js";
import { wireTabs } from "./tabs.js";
import { wireTimeline } from "./timeline.js";

const page = document.querySelector("[data-subject-page]");
if (page instanceof HTMLElement) {
  wireForms(page, wireTabs(page));
  wireTimeline(page);
  wireChanges(page);
  page.dataset.ready = "";
}
