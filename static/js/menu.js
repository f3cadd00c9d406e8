// Header menus are <details>: they work without this file. It only closes them on Escape or a click elsewhere.
(function () {
  "use strict";

  function openMenus() {
    return document.querySelectorAll("details.menu[open]");
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    openMenus().forEach(function (menu) {
      const hadFocus = menu.contains(document.activeElement);
      menu.removeAttribute("open");
      if (hadFocus) menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("click", function (event) {
    openMenus().forEach(function (menu) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });

  // Buttons with data-print print the page; they stay hidden where scripts do not run.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });

  // Opens closed disclosures on paper and closes them again afterwards.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.disclosure:not([open])").forEach(function (item) {
      item.setAttribute("open", "");
      item.dataset.openedForPrint = "1";
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-opened-for-print]").forEach(function (item) {
      item.removeAttribute("open");
      delete item.dataset.openedForPrint;
    });
  });

  // Move the reader to the list of errors after a failed form.
  const errors = document.querySelector(".error-summary");
  if (errors) errors.focus();
})();
