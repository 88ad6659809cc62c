/* Runs before the page is drawn (a plain script, not a module), so that the chosen theme shows from the first pixel. */
(() => {
  try {
    const theme = localStorage.getItem("mezzofy.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be switched off; then the system's theme holds.
  }
})();
