// @ts-check
/** The figures of the home page: read after the page, so that they hold up nothing. */

const REMEMBERED = "mezzofy.home.period";
const TIMEOUT_MS = 30_000;

const frame = document.getElementById("home-figures");
if (frame) {
  frame.addEventListener("click", (event) => clicked(frame, event));
  choose(frame, remembered());
}

/**
 * @param {HTMLElement} place
 * @param {MouseEvent} event
 */
function clicked(place, event) {
  if (!(event.target instanceof Element)) return;
  const period = event.target.closest("[data-period]");
  if (event.target.closest("[data-again]")) void show(place, chosen(place)?.dataset.period ?? "");
  if (!(period instanceof HTMLElement)) return;
  remember(period.dataset.period ?? "");
  choose(place, period.dataset.period ?? "");
}

/**
 * Press the button of that period (the first, when there is none) and read the figures.
 * @param {HTMLElement} place
 * @param {string} key
 */
function choose(place, key) {
  const all = [...place.querySelectorAll("[data-period]")].filter((button) => button instanceof HTMLElement);
  const wanted = all.find((button) => button.dataset.period === key) ?? all[0];
  for (const button of all) button.setAttribute("aria-pressed", String(button === wanted));
  const note = place.querySelector("[data-note-place]");
  if (note) note.textContent = wanted?.dataset.note ?? "";
  void show(place, wanted?.dataset.period ?? "");
}

/**
 * @param {HTMLElement} place
 * @param {string} period
 */
async function show(place, period) {
  const tiles = place.querySelector("[data-url]");
  if (!(tiles instanceof HTMLElement)) return;
  tiles.setAttribute("aria-busy", "true");
  tiles.dataset.wanted = period;
  const html = await read(`${tiles.dataset.url}?period=${encodeURIComponent(period)}`);
  // Another period was chosen meanwhile: its own answer is on the way.
  if (tiles.dataset.wanted !== period) return;
  tiles.setAttribute("aria-busy", "false");
  if (html !== null) tiles.innerHTML = html;
  else tiles.replaceChildren(failure());
}

/** @param {string} url of the server's own fragment */
async function read(url) {
  try {
    const response = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}

/** @param {HTMLElement} place */
function chosen(place) {
  const button = place.querySelector("[data-period][aria-pressed=true]");
  return button instanceof HTMLElement ? button : null;
}

function failure() {
  const template = document.getElementById("figure-failed");
  return template instanceof HTMLTemplateElement ? template.content.cloneNode(true) : "";
}

/** The period of last time; some browsers keep nothing, and throw. */
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} period */
function remember(period) {
  try {
    localStorage.setItem(REMEMBERED, period);
  } catch {
    // Next time it is the first period again.
  }
}
