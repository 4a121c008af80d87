// How doubt is drawn over the fill: hatched where the walk leaves the data, else a rim. Dark strokes with light ones beside
// them stand out from every colour of the ramp, in print and for every eye.
(function (tq) {
  "use strict";

  const STEP = 8; // pixels from stroke to stroke; a tile is a whole number of steps, so that strokes meet at its edge
  const DARK = 1.3, LIGHT = 3.1, RIM = [[16, 1.5], [17, 2], [19, 3]];
  const made = new Map();

  function stroke(pen, width, colour) {
    pen.beginPath();
    [-STEP, 0, STEP].forEach(function (shift) {
      pen.moveTo(shift - 2, STEP + 2);
      pen.lineTo(shift + STEP + 2, -2);
    });
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }

  // The pattern for a canvas with that many pixels to one of the page's.
  function hatch(sharp) {
    if (made.has(sharp)) return made.get(sharp);
    const canvas = document.createElement("canvas"), side = Math.round(STEP * sharp);
    canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d");
    pen.setTransform(side / STEP, 0, 0, side / STEP, 0, 0);
    stroke(pen, LIGHT, tq.data.colours.text.halo);
    stroke(pen, DARK, tq.data.colours.text.text);
    const pattern = pen.createPattern(canvas, "repeat");
    pattern.setTransform(new DOMMatrix([STEP / side, 0, 0, STEP / side, 0, 0]));
    made.set(sharp, pattern);
    return pattern;
  }

  // Mark what the canvas's path encloses; `f` is the tile's frame.
  tq.markDoubt = function (pen, doubt, f) {
    if (doubt === "hatched") {
      pen.fillStyle = hatch(f.sharp);
      pen.fill();
      return;
    }
    pen.lineJoin = "round";
    pen.strokeStyle = tq.data.colours.coverage.doubtful;
    pen.lineWidth = tq.byZoom(RIM, f.z);
    pen.stroke();
  };
}(window.tq = window.tq || {}));
