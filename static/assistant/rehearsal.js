// @ts-check
/** A rehearsal that is not done asks for its page again until it is. Without scripts there is a link. */

const LOOK_MS = 1500;
const LOOK_AGAIN_MS = 10_000;

/** @returns {HTMLElement | null} */
function region(root = document) {
  return root.querySelector("[data-rehearsal]");
}

/** Replace what is shown by what the server says now; true when there is nothing more to wait for. */
async function refresh() {
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = region(page);
  const shown = region();
  if (!fresh || !shown) return true;
  if (fresh.innerHTML !== shown.innerHTML) shown.replaceWith(document.adoptNode(fresh));
  return isDone();
}

function isDone() {
  return region()?.dataset.done !== "no";
}

async function follow() {
  let pause = LOOK_MS;
  while (!isDone()) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      await refresh();
      pause = LOOK_MS;
    } catch {
      pause = LOOK_AGAIN_MS;
    }
  }
}

follow();
