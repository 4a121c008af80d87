// The crossings of big roads: marks on the canvas while the layer is on, and what is under a point.
(function (tq) {
  "use strict";

  const data = tq.data, given = data.crossings, how = data.how.crossing, BIN_UNITS = 1600, SIDE = 16, RIM = 1.5, NEAR_PX = 3;

  const crossings = {
    n: given.n,
    points: tq.points(given.points, given.n),
    grade: tq.numbers(given.grade, given.n),
    island: tq.bits(given.island, given.n),
    road: tq.numbers(given.road, given.n),
    name: tq.numbers(given.name, given.n)
  };
  tq.crossings = crossings;
  crossings.find = tq.pointIndex(crossings.points, crossings.n, BIN_UNITS);
  crossings.latlng = function (i) { return tq.toLatLng(crossings.points[2 * i], crossings.points[2 * i + 1]); };

  function isShown(zoom) { return tq.choice.crossings && zoom >= how.from_zoom; }

  // Marks are drawn once for each grade and size.
  const drawn = new Map();
  function mark(grade, px, sharp) {
    const key = grade + ":" + px + ":" + sharp;
    if (drawn.has(key)) return drawn.get(key);
    const look = data.marks[given.grades[grade]], canvas = document.createElement("canvas"), k = px / SIDE * sharp;
    canvas.width = canvas.height = Math.ceil((px + 2 * RIM) * sharp);
    const pen = canvas.getContext("2d"), path = new Path2D(look.path);
    pen.setTransform(k, 0, 0, k, RIM * sharp, RIM * sharp);
    pen.lineJoin = "round";
    pen.lineWidth = 2 * RIM * SIDE / px;
    pen.strokeStyle = data.colours.text.halo;
    pen.stroke(path);
    pen.fillStyle = look.colour;
    pen.fill(path);
    if (look.sign) {
      pen.fillStyle = data.colours.text.halo;
      pen.fill(new Path2D(look.sign));
    }
    drawn.set(key, canvas);
    return canvas;
  }

  // Draw the marks of a view, the safest on top; returns what can be clicked.
  tq.drawCrossings = function (pen, view) {
    const hits = [];
    if (!isShown(view.zoom)) return hits;
    const px = Math.round(tq.byZoom(how.px, view.zoom));
    crossings.find(view.box[0], view.box[1], view.box[2], view.box[3], function (i) {
      hits.push({
        crossing: i, x: crossings.points[2 * i] * view.k - view.left, y: crossings.points[2 * i + 1] * view.k - view.top,
        r: px / 2 + NEAR_PX
      });
    });
    hits.sort(function (a, b) { return crossings.grade[b.crossing] - crossings.grade[a.crossing]; });
    hits.forEach(function (hit) {
      const sprite = mark(crossings.grade[hit.crossing], px, view.sharp), size = sprite.width / view.sharp;
      pen.drawImage(sprite, hit.x - px / 2 - RIM, hit.y - px / 2 - RIM, size, size);
    });
    return hits;
  };

  tq.showCrossings = function (shown) {
    tq.choice.crossings = shown;
    tq.tell("crossings");
  };
}(window.tq = window.tq || {}));
