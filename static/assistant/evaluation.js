// @ts-check
/** An evaluation that is under way tells how far it is; when it is over, the whole page is loaded again. */

const LOOK_MS = 2000;
const LOOK_AGAIN_MS = 10_000;

/** @param {HTMLElement} region */
function isUnderWay(region) {
  return region.querySelector('[data-state="under-way"]') !== null;
}

/** Show what the server says now. @param {HTMLElement} region */
async function refresh(region) {
  const answer = await fetch(`${location.pathname}?part=progress`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-state]")) throw new Error("not the page that was asked for");
  const hadFocus = region.contains(document.activeElement);
  region.replaceChildren(...page.body.childNodes);
  if (hadFocus) region.querySelector("button")?.focus();
}

/** @param {HTMLElement} region */
async function follow(region) {
  let pause = LOOK_MS;
  while (isUnderWay(region)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      await refresh(region);
      pause = LOOK_MS;
    } catch {
      pause = LOOK_AGAIN_MS;
    }
  }
  location.reload();
}

const region = document.querySelector("[data-evaluation]");
if (region instanceof HTMLElement && isUnderWay(region)) follow(region);
