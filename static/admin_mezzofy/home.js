// @ts-check
/** The figures of the home page: each is read by itself, so that a slow one holds up nothing. */

const REMEMBERED = "mezzofy.home.period";
const TIMEOUT_MS = 30_000;

const frame = document.getElementById("home-figures");
if (frame) {
  frame.addEventListener("click", (event) => clicked(frame, event));
  choose(frame, localStorage.getItem(REMEMBERED) ?? "");
}

/**
 * @param {HTMLElement} place
 * @param {MouseEvent} event
 */
function clicked(place, event) {
  if (!(event.target instanceof Element)) return;
  const period = event.target.closest("[data-period]");
  const tile = event.target.closest("[data-again]")?.closest("[data-url]");
  if (tile instanceof HTMLElement) void show(tile, chosen(place)?.dataset.period ?? "");
  if (!(period instanceof HTMLElement)) return;
  localStorage.setItem(REMEMBERED, period.dataset.period ?? "");
  choose(place, period.dataset.period ?? "");
}

/**
 * Press the button of that period (the first, when there is none) and read every tile.
 * @param {HTMLElement} place
 * @param {string} key
 */
function choose(place, key) {
  const all = [...place.querySelectorAll("[data-period]")].filter((button) => button instanceof HTMLElement);
  const wanted = all.find((button) => button.dataset.period === key) ?? all[0];
  for (const button of all) button.setAttribute("aria-pressed", String(button === wanted));
  const note = place.querySelector("[data-note-place]");
  if (note) note.textContent = wanted?.dataset.note ?? "";
  for (const tile of place.querySelectorAll("[data-url]")) {
    if (tile instanceof HTMLElement) void show(tile, wanted?.dataset.period ?? "");
  }
}

/**
 * @param {HTMLElement} tile
 * @param {string} period
 */
async function show(tile, period) {
  tile.setAttribute("aria-busy", "true");
  tile.dataset.wanted = period;
  const html = await read(`${tile.dataset.url}?period=${encodeURIComponent(period)}`);
  // Another period was chosen meanwhile: its own answer is on the way.
  if (tile.dataset.wanted !== period) return;
  tile.setAttribute("aria-busy", "false");
  if (html !== null) tile.innerHTML = html;
  else tile.replaceChildren(failure());
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
