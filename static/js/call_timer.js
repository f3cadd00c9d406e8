// Counts the time of a running call: <span data-timer-since="ISO time">; without script the start time is shown.
(function () {
  "use strict";
  const timers = Array.from(document.querySelectorAll("[data-timer-since]"));
  function show() {
    timers.forEach(function (timer) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(timer.dataset.timerSince)) / 1000));
      const minutes = Math.floor(seconds / 60);
      timer.textContent = minutes + ":" + String(seconds % 60).padStart(2, "0");
    });
  }
  if (timers.length) {
    show();
    setInterval(show, 1000);
  }
})();
