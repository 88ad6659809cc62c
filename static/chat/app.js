// @ts-check
/** Puts the page together. */

import { toLogin } from "./api.js";
import { Chat } from "./chat.js";
import { byId } from "./dom.js";
import { initials } from "./format.js";
import { icon } from "./icons.js";
import { watchRuns } from "./liveness.js";
import { SessionList } from "./session_list.js";
import { Connection } from "./socket.js";
import { t } from "./strings.js";
import { Composer } from "./views/composer.js";
import { Drawer } from "./views/drawer.js";
import { closeMenus, openMenu } from "./views/menu.js";
import { Messages } from "./views/messages.js";
import { notify } from "./views/notices.js";
import { listenForShortcuts, openShortcuts } from "./views/shortcuts.js";
import { Sidebar } from "./views/sidebar.js";
import { themeToggle } from "./views/theme_toggle.js";
import { drawTopbar } from "./views/topbar.js";
import { drawWelcome } from "./views/welcome.js";

/** @type {import("./types.js").Bootstrap} */
const bootstrap = JSON.parse(byId("bootstrap").textContent ?? "");

const connection = new Connection({
  onEvent: (event) => {
    if (event.type === "ready") chat.resumeAll();
    else if (event.type === "error") notify(/** @type {any} */ (event).detail, "warning");
    else chat.receive(event);
  },
  onState: (state) => {
    chat.store.connection = state;
    chat.store.changed("connection");
  },
  onLogin: toLogin,
  onSlowDown: () => notify(t("connection.slow"), "warning"),
});
const chat = new Chat(connection);
const sessions = new SessionList(chat.store);
const drawer = new Drawer();
const sidebar = new Sidebar(chat, sessions, drawer);
new Messages(chat, bootstrap);
const composer = new Composer(chat, bootstrap);

drawFixedParts();
drawTopbar(chat, bootstrap);
drawWelcome(bootstrap, (text, agent) => {
  composer.picker.choose(agent);
  composer.write(text);
});
themeToggle(byId("theme-button"));
openMenu(byId("user-button"), byId("user-panel"));
byId("shortcuts-button").addEventListener("click", openShortcuts);
listenForShortcuts({
  search: () => sidebar.focusSearch(),
  compose: () => composer.focus(),
  newChat: () => sidebar.openNew(),
  escape: () => closeMenus() || drawer.close() || composer.stop(),
});
followAddress();
followRuns();
watchRuns(chat);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void sessions.refresh();
});
connection.connect();
void sessions.refresh();
start();

/** What the server's page leaves to us: icons, the user's initials, and what depends on rights. */
function drawFixedParts() {
  for (const element of document.querySelectorAll("[data-icon]")) element.prepend(icon(/** @type {HTMLElement} */ (element).dataset.icon ?? ""));
  byId("drop-overlay").append(icon("upload"), t("drop.title"));
  byId("user-initials").textContent = initials(bootstrap.user.name || bootstrap.user.email);
  byId("back-office").hidden = !bootstrap.is_staff;
}

/** Open the chat of the address, or a new one; put back what could not be sent before a reload. */
function start() {
  const id = new URLSearchParams(location.search).get("session");
  const opened = id ? chat.open(id) : Promise.resolve(chat.openNew());
  void opened.then(() => chat.restoreOutbox());
  document.documentElement.dataset.ready = "";
}

/** The address always names the chat that is shown. */
function followAddress() {
  chat.store.on("switch", () => {
    const { id } = chat.store.current;
    const address = id ? `/?session=${encodeURIComponent(id)}` : "/";
    if (location.pathname + location.search !== address) history.replaceState(null, "", address);
  });
}

/** A chat that just began or ended a run has a new place, and perhaps a new title, in the list. */
function followRuns() {
  let last = "";
  chat.store.on("sessions", () => {
    const { current } = chat.store;
    const state = `${current.id}|${[...current.runs.values()].map((run) => `${run.id}${run.status}`).join()}`;
    if (!current.id || state === last) return;
    last = state;
    void sessions.refresh();
  });
}
