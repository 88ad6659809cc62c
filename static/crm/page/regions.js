// @ts-check
/** Puts new pieces of the page in the place of old ones, without losing the place of the reader. */

/**
 * @param {string} html written by our own server
 * @returns {DocumentFragment}
 */
export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/**
 * @param {ParentNode} root
 * @param {Record<string, string>} regions
 */
export function putRegions(root, regions) {
  for (const [name, html] of Object.entries(regions)) {
    const place = root.querySelector(`[data-region="${CSS.escape(name)}"]`);
    if (!(place instanceof HTMLElement)) continue;
    const panel = place.closest("[data-panel]");
    if (name === "timeline") putTimeline(place, parsed(html));
    else replace(place, parsed(html));
    panel?.setAttribute("data-loaded", "");
  }
}

/**
 * @param {HTMLElement} place
 * @param {DocumentFragment} content
 */
export function replace(place, content) {
  const held = place.contains(document.activeElement) ? document.activeElement : null;
  const keep = held instanceof HTMLElement ? held.dataset.keepFocus : undefined;
  place.replaceChildren(content);
  if (!held) return;
  const same = keep ? place.querySelector(`[data-keep-focus="${keep}"]`) : null;
  place.tabIndex = -1;
  (same instanceof HTMLElement ? same : place).focus({ preventScroll: true });
}

/**
 * The newest page on top; older entries that were loaded before stay below it.
 * @param {HTMLElement} place
 * @param {DocumentFragment} content
 */
function putTimeline(place, content) {
  const before = entriesOf(place);
  const known = new Set(before.map((entry) => entry.dataset.entry));
  const fresh = entriesOf(content);
  const newest = new Set(fresh.map((entry) => entry.dataset.entry));
  const older = before.filter((entry) => !newest.has(entry.dataset.entry));
  const wasLong = older.length > 0 && before.length > fresh.length;
  if (before.length > 0) {
    for (const entry of fresh) entry.toggleAttribute("data-new", !known.has(entry.dataset.entry));
  }
  const oldMore = place.querySelector("[data-more]");
  if (wasLong) {
    content.querySelector("[data-entries]")?.append(...older);
    const more = content.querySelector("[data-more]");
    if (oldMore) more?.replaceWith(oldMore);
    else more?.remove();
  }
  replace(place, content);
}

/**
 * @param {ParentNode} root
 * @returns {HTMLElement[]}
 */
export function entriesOf(root) {
  return Array.from(root.querySelectorAll("[data-entry]"));
}
