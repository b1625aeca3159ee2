// The keyboard goes to the terminal as soon as something is drawn in it, and when the window is come back to.
"use strict";
(() => {
  const typeInTerminal = () => document.querySelector(".xterm-helper-textarea")?.focus();
  const drawn = new MutationObserver(() => {
    if (document.body.classList.contains("-first-byte")) {
      drawn.disconnect();
      typeInTerminal();
    }
  });
  drawn.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  window.addEventListener("focus", typeInTerminal);
})();
