// A mark drawn by finger, pen or mouse. The lines go into the form's field `strokes` as points, 0–1000 across and
// 0–400 down; they are drawn again by the server. Without this script, and by keyboard, the typed name is the mark.
(function () {
  "use strict";

  const form = document.querySelector("form[data-mark]");
  if (!form) return;
  const canvas = form.querySelector("[data-mark-canvas]");
  const field = form.elements.strokes;
  const pen = canvas.getContext("2d");
  const CLOSE = 4; // points nearer than this add nothing
  let strokes = [];
  let current = null;

  function point(event) {
    const frame = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - frame.left) / frame.width) * 1000);
    const y = Math.round(((event.clientY - frame.top) / frame.height) * 400);
    return [Math.min(1000, Math.max(0, x)), Math.min(400, Math.max(0, y))];
  }

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 8;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1a1a1a";
    strokes.forEach(function (stroke) {
      pen.beginPath();
      stroke.forEach(function (at, place) {
        if (place) pen.lineTo(at[0], at[1]);
        else pen.moveTo(at[0], at[1]);
      });
      pen.stroke();
    });
    field.value = JSON.stringify(strokes);
  }

  canvas.addEventListener("pointerdown", function (event) {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    current = [point(event)];
    strokes.push(current);
  });
  canvas.addEventListener("pointermove", function (event) {
    if (!current) return;
    const here = point(event);
    const last = current[current.length - 1];
    if (Math.abs(here[0] - last[0]) + Math.abs(here[1] - last[1]) < CLOSE) return;
    current.push(here);
    draw();
  });
  ["pointerup", "pointercancel"].forEach(function (name) {
    canvas.addEventListener(name, function () { current = null; });
  });
  form.querySelector("[data-mark-clear]").addEventListener("click", function () {
    strokes = [];
    draw();
  });

  form.querySelector("[data-mark-box]").hidden = false;
  try {
    strokes = JSON.parse(field.value || "[]") || [];
  } catch (_unreadable) {
    strokes = [];
  }
  draw();
})();
