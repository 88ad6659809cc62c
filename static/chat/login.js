// @ts-check
/** A demo login fills the form; the user still presses the button. */

import { byId } from "./dom.js";

for (const button of document.querySelectorAll("button[data-email]")) {
  button.addEventListener("click", () => {
    const { email = "", password = "" } = /** @type {HTMLElement} */ (button).dataset;
    /** @type {HTMLInputElement} */ (byId("id_username")).value = email;
    /** @type {HTMLInputElement} */ (byId("id_password")).value = password;
    /** @type {HTMLButtonElement|null} */ (document.querySelector("#login-form button[type=submit]"))?.focus();
  });
}
