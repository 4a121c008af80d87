// What lies on the ground: badges one can press, the small marks between them, and the footprints of a way.
(function (tq) {
  "use strict";

  const data = tq.data, zooms = data.how.zoom, sheet = data.sheet, el = tq.el;
  const DOT_PX = 5, HELP_PX = 19, STEP_PX = 15, LANE_PX = 4.4, TOUCH_PX = 22, GAP_PX = 2, RING = 0.8, BIN_UNITS = 800;
  const markers = [];
  let answers = [];

  // names.js writes the names of the places that it is told of
  tq.places = {
    named: data.sights.map(function () { return true; }),
    label: data.sights.map(function (sight) { return sight.name[0]; }),
    kindOf: function (i) { return { theme: data.sights[i].theme }; }
  };

  function latlng(thing) { return tq.toLatLng(thing.x, thing.y); }

  function rank(sight) {
    return (sight === tq.shown ? 8e6 : 0) + (tq.here && tq.here.sight === sight ? 4e6 : 0) + 1e6 * answers[sight.row] + (sight.star ? 5e5 : 0) - sight.number;
  }

  // Put the badges of the view where they find room, the most wanted first; others become dots until one comes closer.
  tq.placeBadges = function () {
    const map = tq.map, px = tq.byZoom(zooms.badge_px, map.getZoom()), taken = new tq.Taken(), boxes = [];
    answers = data.sights.map(tq.answer);
    markers.slice().sort(function (a, b) { return rank(b.sight) - rank(a.sight); }).forEach(function (m) {
      const shown = answers[m.sight.row] !== tq.NO || m.sight === tq.shown, at = map.latLngToLayerPoint(m.marker.getLatLng());
      const isOne = m.sight === tq.shown, side = isOne ? px * 1.35 : px, half = side / 2 + GAP_PX;
      const box = [at.x - half, at.y - half, at.x + half, at.y + half + side * 0.12];
      const hasRoom = shown && (isOne || taken.isFree(box));
      const element = m.marker.getElement();
      if (hasRoom) taken.take(box);
      if (!element) return;
      element.hidden = !shown;
      element.classList.toggle("dot", !hasRoom);
      element.classList.toggle("perhaps", answers[m.sight.row] === tq.PERHAPS);
      element.classList.toggle("one", isOne);
      element.style.setProperty("--side", side + "px");
      m.marker.setZIndexOffset(isOne ? 3000 : hasRoom ? 1000 : 0);
      if (shown) boxes.push({ at: at, side: hasRoom ? side : 2 * DOT_PX, row: m.sight.row, isFull: hasRoom });
    });
    return boxes;
  };

  function relative(view, boxes) {
    const corner = tq.overlay._corner || L.point(0, 0);
    return boxes.map(function (b) { return { x: b.at.x - corner.x, y: b.at.y - corner.y, side: b.side, place: b.row, isFull: b.isFull }; });
  }

  // Of overlay.js: boxes that lettering keeps away from.
  let placed = [];
  tq.gapBoxes = function (view) {
    // the corner of the canvas, as overlay.js is about to keep it
    const size = tq.map.getSize();
    tq.overlay._corner = tq.map.containerPointToLayerPoint(size.multiplyBy(-0.2)).round();
    placed = relative(view, tq.placeBadges());
    return placed.map(function (b) { return [b.x - b.side / 2, b.y - b.side / 2, b.x + b.side / 2, b.y + b.side * 0.68]; });
  };

  tq.drawCrossings = function () { return []; };

  // Small marks; returns the badges, so that names.js writes below them.
  tq.drawBadges = function (pen, view, taken) {
    dots = [];
    helps = [];
    if (view.zoom >= zooms.more_from && !tq.way && !tq.walk) drawMore(pen, view, taken);
    if (view.zoom >= zooms.helpful_from) drawHelpful(pen, view, taken);
    return placed.filter(function (b) { return b.isFull; }).map(function (b) { return { x: b.x, y: b.y + b.side * 0.2, side: b.side, place: b.place, isMark: false }; });
  };

  let dots = [], helps = [];
  function drawMore(pen, view, taken) {
    data.sights.forEach(function (sight) {
      if (sight.isNumbered || (answers[sight.row] === tq.NO && sight !== tq.shown)) return;
      const x = sight.x * view.k - view.left, y = sight.y * view.k - view.top, r = sight === tq.shown ? 2 * DOT_PX : DOT_PX;
      if (x < 0 || y < 0 || x > view.width || y > view.height) return;
      if (!taken.tryTake([x - r, y - r, x + r, y + r]) && sight !== tq.shown) return;
      pen.beginPath();
      pen.arc(x, y, r, 0, 2 * Math.PI);
      pen.fillStyle = tq.themeOf[sight.theme].colour;
      pen.fill();
      pen.strokeStyle = "#fff";
      pen.lineWidth = 1.8;
      pen.stroke();
      dots.push({ x: x, y: y, r: TOUCH_PX, place: sight.row });
    });
  }

  const helpful = { kind: tq.numbers(data.helpful.kind, data.helpful.n), points: tq.points(data.helpful.points, data.helpful.n) };
  helpful.find = tq.pointIndex(helpful.points, data.helpful.n, BIN_UNITS);

  function drawHelpful(pen, view, taken) {
    helpful.find(view.box[0], view.box[1], view.box[2], view.box[3], function (i) {
      const x = helpful.points[2 * i] * view.k - view.left, y = helpful.points[2 * i + 1] * view.k - view.top, half = HELP_PX / 2;
      if (view.zoom < data.helpful.kinds[helpful.kind[i]][2]) return;
      if (!taken.tryTake([x - half, y - half, x + half, y + half])) return;
      helps.push({ x: x, y: y, r: TOUCH_PX, kind: helpful.kind[i] });
      drawHelp(pen, x - half, y - half, data.helpful.kinds[helpful.kind[i]][0]);
    });
  }

  function drawHelp(pen, left, top, icon) {
    const shape = data.badges[data.support.badge], outline = new Path2D(shape.path);
    pen.save();
    pen.translate(left, top);
    pen.scale(HELP_PX / 32, HELP_PX / 32);
    pen.lineWidth = 4;
    pen.strokeStyle = "#fff";
    pen.stroke(outline);
    pen.fillStyle = data.support.colour;
    pen.fill(outline);
    pen.translate(shape.icon[0], shape.icon[1]);
    pen.scale(shape.icon[2] / 24, shape.icon[2] / 24);
    pen.fillStyle = data.support.icon;
    (data.icons[icon] || []).forEach(function (part) { pen.fill(new Path2D(part[0]), part[1] ? "evenodd" : "nonzero"); });
    pen.restore();
  }

  // What kind of help lies under a point of the map, or null.
  tq.helpAt = function (point) {
    if (tq.map.getZoom() < zooms.helpful_from) return null;
    const hit = tq.overlay._under(point, helps);
    return hit ? data.helpful.kinds[hit.kind][1] : null;
  };

  // A dot under a point of the map, or null.
  tq.dotAt = function (point) {
    if (tq.map.getZoom() < zooms.more_from) return null;
    const hit = tq.overlay._under(point, dots);
    return hit ? data.sights[hit.place] : null;
  };

  // Of overlay.js: what lies below the badges. The way as footprints, the walk as a ribbon, and where one starts.
  tq.drawOutline = function (pen, view) {
    const way = tq.way || tq.walk;
    if (way) {
      ribbon(pen, view, way.points);
      footprints(pen, view, way.points);
      (way.crossings || []).forEach(function (c) { crossing(pen, c.x * view.k - view.left, c.y * view.k - view.top, c.kind); });
    }
    if (tq.here) start(pen, tq.here.x * view.k - view.left, tq.here.y * view.k - view.top, tq.here.sight ? tq.byZoom(zooms.badge_px, view.zoom) * RING : 13);
  };

  function ribbon(pen, view, points) {
    pen.beginPath();
    points.forEach(function (p) { pen.lineTo(p[0] * view.k - view.left, p[1] * view.k - view.top); });
    pen.lineJoin = pen.lineCap = "round";
    pen.strokeStyle = sheet.walk.casing || "#fff";
    pen.lineWidth = 19;
    pen.stroke();
    pen.globalAlpha = 0.2;
    pen.strokeStyle = sheet.walk.fill;
    pen.lineWidth = 15;
    pen.stroke();
    pen.globalAlpha = 1;
  }

  function foot(pen, x, y, turn, side) {
    pen.save();
    pen.translate(x, y);
    pen.rotate(turn);
    pen.translate(0, side * LANE_PX);
    pen.beginPath();
    pen.ellipse(2, 0, 3.6, 2.4, 0, 0, 2 * Math.PI);
    pen.ellipse(-3.4, 0, 1.9, 1.7, 0, 0, 2 * Math.PI);
    pen.fill();
    pen.restore();
  }

  function footprints(pen, view, points) {
    let left = STEP_PX / 2, side = 1;
    pen.fillStyle = sheet.walk.fill;
    for (let i = 1; i < points.length; i++) {
      const ax = points[i - 1][0] * view.k - view.left, ay = points[i - 1][1] * view.k - view.top;
      const dx = points[i][0] * view.k - view.left - ax, dy = points[i][1] * view.k - view.top - ay, length = Math.hypot(dx, dy);
      for (; left < length; left += STEP_PX) {
        const x = ax + dx * left / length, y = ay + dy * left / length;
        if (x > 0 && y > 0 && x < view.width && y < view.height) foot(pen, x, y, Math.atan2(dy, dx), side);
        side = -side;
      }
      left -= length;
    }
  }

  // A crossing on the way: a blue disc with a zebra, or with the lights.
  function crossing(pen, x, y, kind) {
    pen.beginPath();
    pen.arc(x, y, 11, 0, 2 * Math.PI);
    pen.fillStyle = data.crossing;
    pen.fill();
    pen.strokeStyle = "#fff";
    pen.lineWidth = 2.4;
    pen.stroke();
    if (kind === "zebra") {
      pen.fillStyle = "#fff";
      [-5.4, -1.4, 2.6].forEach(function (at) { pen.fillRect(x + at, y - 5, 2.8, 10); });
      return;
    }
    data.colours.lights.forEach(function (colour, i) {
      pen.beginPath();
      pen.arc(x, y - 5.4 + 5.4 * i, 2.3, 0, 2 * Math.PI);
      pen.fillStyle = colour;
      pen.fill();
    });
  }

  function start(pen, x, y, r) {
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.fillStyle = "#fff";
    pen.fill();
    pen.lineWidth = 4;
    pen.strokeStyle = sheet.walk.fill;
    pen.stroke();
    pen.beginPath();
    pen.arc(x, y, 5, 0, 2 * Math.PI);
    pen.fillStyle = sheet.walk.fill;
    pen.fill();
  }

  function button(sight) {
    return el("span", { "class": "face" }, [tq.badge(sight)]);
  }

  tq.startMarks = function () {
    data.sights.forEach(function (sight) {
      if (!sight.isNumbered) return;
      const icon = L.divIcon({ className: "mark " + sight.theme, iconSize: null, html: button(sight) });
      const marker = L.marker(latlng(sight), { icon: icon, keyboard: true, riseOnHover: true }).addTo(tq.map);
      marker.getElement().setAttribute("aria-label", sight.number + " " + sight.name[0]);
      marker.getElement().dataset.row = sight.row;
      marker.on("click", function () { tq.openSight(sight); });
      // Leaflet's own way from a key to a click asks for a key code that not every browser gives
      marker.on("keypress", function (event) { if (event.originalEvent.key === "Enter") tq.openSight(sight); });
      markers.push({ sight: sight, marker: marker });
    });
    tq.on("stamps", function () {
      markers.forEach(function (m) { tq.fill(m.marker.getElement(), [button(m.sight)]); });
    });
    ["choice", "shown", "here"].forEach(function (event) { tq.on(event, function () { if (tq.overlay) tq.overlay.draw(); }); });
  };
}(window.tq = window.tq || {}));
