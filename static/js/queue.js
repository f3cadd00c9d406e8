// Keyboard work on staff queues.
// A queue is an element with data-queue; its rows carry data-queue-row and hold one link with data-queue-open.
// Keys: j/k or arrows move, Enter/o opens, x ticks the row's checkbox, / goes to the search box, r reloads, ? shows the help.
// A row may offer more: an element with data-key="a" inside the selected row (or anywhere on the page) is clicked by that key.
// What is folded away has no key. Where data-tab-begins stands, Tab begins when the page opens.
// A form with data-queue-form acts on ticked rows; with none ticked, on the selected row.
(function () {
  "use strict";

  const state = { index: -1 };

  function rows() {
    return Array.from(document.querySelectorAll("[data-queue] [data-queue-row]"));
  }

  function storageKey() {
    return "queue:" + location.pathname + location.search;
  }

  // A list with data-queue="waits" is read without keys too: nothing is marked in it before a key asks for it.
  function waits() {
    return document.querySelector('[data-queue="waits"]') !== null;
  }

  function select(index, focus) {
    const all = rows();
    if (!all.length) return;
    state.index = Math.max(0, Math.min(index, all.length - 1));
    all.forEach(function (row, position) {
      row.setAttribute("aria-selected", position === state.index ? "true" : "false");
    });
    const row = all[state.index];
    row.scrollIntoView({ block: "nearest" });
    const link = row.querySelector("[data-queue-open]");
    if (focus && link) link.focus({ preventScroll: true });
    sessionStorage.setItem(storageKey(), String(state.index));
  }

  function current() {
    return rows()[state.index] || null;
  }

  function help() {
    const dialog = document.getElementById("keyboard-help");
    if (!dialog) return;
    if (dialog.open) {
      dialog.close();
    } else {
      listKeys(dialog.querySelector("[data-keys]"));
      dialog.showModal();
    }
  }

  // The help says which keys this page has: common ones only where they find something, and the page's own.
  function listKeys(list) {
    if (!list) return;
    list.querySelectorAll("[data-own]").forEach(function (line) { line.remove(); });
    list.querySelectorAll("[data-needs]").forEach(function (line) {
      line.hidden = document.querySelector(line.dataset.needs) === null;
    });
    const known = new Set();
    Array.from(document.querySelectorAll("[data-key]")).filter(shown).forEach(function (element) {
      const key = element.dataset.key;
      const copy = element.cloneNode(true);
      copy.querySelectorAll("kbd").forEach(function (sign) { sign.remove(); });
      const what = (element.getAttribute("aria-label") || copy.textContent).trim().replace(/\s+/g, " ");
      if (known.has(key) || !what) return;
      known.add(key);
      const line = document.createElement("tr");
      line.dataset.own = "";
      const head = document.createElement("th");
      head.scope = "row";
      const sign = document.createElement("kbd");
      sign.textContent = key;
      head.append(sign);
      const told = document.createElement("td");
      told.textContent = what;
      line.append(head, told);
      list.append(line);
    });
  }

  function typing(target) {
    return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
  }

  // Speech input can trigger single keys by accident: the help dialog has a switch, kept in the browser.
  function switchedOff() {
    return localStorage.getItem("shortcuts") === "off";
  }

  const actions = {
    j: function () { select(state.index + 1, true); },
    ArrowDown: function () { select(state.index + 1, true); },
    k: function () { select(state.index - 1, true); },
    ArrowUp: function () { select(state.index - 1, true); },
    g: function () { select(0, true); },
    G: function () { select(rows().length - 1, true); },
    o: function () { open(); },
    Enter: function () { open(); },
    x: function () {
      const box = current() && current().querySelector("input[type=checkbox]");
      if (box) box.click();
    },
    "/": function () {
      const search = document.querySelector("[data-queue-search]");
      if (search) search.focus();
    },
    r: function () { location.reload(); },
    "?": help,
  };

  function open() {
    const link = current() && current().querySelector("[data-queue-open]");
    if (link) link.click();
  }

  // Not in a folded part of the page, but for the line that unfolds it.
  function shown(element) {
    const fold = element.closest("details:not([open])");
    const line = element.closest("summary");
    return (fold === null || (line !== null && line.parentElement === fold)) && element.getClientRects().length > 0;
  }

  function custom(key) {
    const row = current();
    const found = Array.from(document.querySelectorAll("[data-key]")).filter(function (element) {
      const owner = element.closest("[data-queue-row]");
      return element.dataset.key === key && (owner === null || owner === row) && shown(element);
    });
    if (found.length) found[0].click();
    // Tab goes on from what was unfolded.
    if (found.length && found[0].matches("summary")) found[0].focus();
    return found.length > 0;
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target) || document.querySelector("dialog[open]") || switchedOff()) return;
    // Enter on a focused link or button is the browser's own business.
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    const moving = event.key.startsWith("Arrow");
    if (moving && !event.target.closest("[data-queue]") && event.target !== document.body) return;
    const action = actions[event.key];
    if (action && (event.key === "?" || event.key === "/" || rows().length)) {
      action();
      event.preventDefault();
    } else if (custom(event.key)) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", function (event) {
    const opener = event.target.closest("[data-keyboard-help]");
    if (opener) help();
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) closer.closest("dialog").close();
  });

  function ticked() {
    return document.querySelector("[data-queue] input[type=checkbox]:checked") !== null;
  }

  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-queue-form]") || ticked()) return;
    const box = current() && current().querySelector("input[type=checkbox]");
    if (box) box.checked = true;
  });

  // A list that is read again would lose its ticks, and a row might take the place of the one that is being judged.
  document.addEventListener("htmx:beforeRequest", function (event) {
    const busy = ticked() || document.querySelector("[data-queue-form] details[open]");
    if (busy && event.detail.elt.querySelector("[data-queue]")) event.preventDefault();
  });

  // The reasons unfold over the list: the row they are about stays in sight.
  document.addEventListener("toggle", function (event) {
    if (event.target.closest("[data-queue-form]") && current()) current().scrollIntoView({ block: "nearest" });
  }, true);

  function restore() {
    const kept = Number.parseInt(sessionStorage.getItem(storageKey()) || "", 10);
    if (rows().length && !(Number.isNaN(kept) && waits())) select(Number.isNaN(kept) ? 0 : kept, false);
  }

  document.querySelectorAll("[data-shortcuts-on]").forEach(function (box) {
    box.checked = !switchedOff();
    box.addEventListener("change", function () {
      localStorage.setItem("shortcuts", box.checked ? "on" : "off");
    });
  });
  document.querySelectorAll("[data-keyboard-help]").forEach(function (button) {
    button.hidden = false;
  });
  restore();
  // A page on which somebody types while they speak: Tab begins at its form, and no key is swallowed by a field before.
  const begins = document.querySelector("[data-tab-begins]");
  if (begins && document.activeElement === document.body && !location.hash) begins.focus({ preventScroll: true });
  // htmx replaces the list: keep the place in it.
  document.addEventListener("htmx:afterSettle", restore);
})();
