// Names on the map: zones, places, waters, streets, areas; never one over another.
(function (tq) {
  "use strict";

  const data = tq.data, given = data.names, zooms = data.how.zoom, colours = data.colours;
  const FONT = 'px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
  const CHINESE = /[\u3400-\u9fff]/, LINE_PX = 118, BIN_UNITS = 1600, MOST_LINES = 3;
  const ZONE_SHIFTS = [0, -2.2, 2.2, -4.4, 4.4]; // where a zone's name may stand, in its own heights

  const lines = {
    n: given.lines.names.length, names: given.lines.names, kinds: given.lines.kinds, shapes: tq.shapes(given.lines.shapes)
  };
  lines.find = tq.boxIndex(lines.shapes.box, lines.n, BIN_UNITS);
  const areas = { n: given.areas.names.length, names: given.areas.names, kinds: given.areas.kinds, size: given.areas.size };
  areas.points = tq.points(given.areas.points, areas.n);
  areas.find = tq.pointIndex(areas.points, areas.n, BIN_UNITS);
  tq.streets = lines;
  const rank = {};
  Object.keys(given.lines.from).forEach(function (kind, i) { rank[kind] = i; });

  function letter(pen, size, weight, colour) {
    pen.font = weight + " " + size + FONT;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = Math.max(3, size / 4);
    pen.strokeStyle = colours.text.halo;
    pen.fillStyle = colour;
  }

  // Break a name into lines that fit: between words, Chinese anywhere.
  function broken(pen, text, widest) {
    const pieces = CHINESE.test(text) ? Array.from(text) : text.split(/(?<= )/), made = [];
    let line = "";
    pieces.forEach(function (piece) {
      if (line && pen.measureText(line + piece).width > widest) {
        made.push(line.trim());
        line = "";
      }
      line += piece;
    });
    made.push(line.trim());
    if (made.length <= MOST_LINES) return made;
    return made.slice(0, MOST_LINES - 1).concat(made[MOST_LINES - 1] + "…");
  }

  // Write a name in lines around or below a point, if there is room.
  function write(pen, text, x, y, size, taken, below) {
    const rows = broken(pen, text, LINE_PX), step = size * 1.22;
    const wide = Math.max.apply(null, rows.map(function (row) { return pen.measureText(row).width; })) / 2 + 2;
    const top = below ? y : y - rows.length * step / 2;
    if (!taken.tryTake([x - wide, top, x + wide, top + rows.length * step])) return false;
    rows.forEach(function (row, i) {
      pen.strokeText(row, x, top + (i + 0.5) * step);
      pen.fillText(row, x, top + (i + 0.5) * step);
    });
    return true;
  }

  tq.drawZoneNames = function (pen, view, taken) {
    if (view.zoom < zooms.zone_name_from || view.zoom > 15) return;
    const size = view.zoom < 13 ? 12 : 14;
    letter(pen, size, 600, colours.ground.boundary);
    tq.zones.names.forEach(function (name, i) {
      const box = tq.zones.shapes.box, wide = (box[4 * i + 2] - box[4 * i]) * view.k;
      const x = tq.zones.points[2 * i] * view.k - view.left, y = tq.zones.points[2 * i + 1] * view.k - view.top;
      if (wide < 70 || x < 0 || y < 0 || x > view.width || y > view.height) return;
      ZONE_SHIFTS.some(function (shift) { return write(pen, name, x, y + shift * size, size, taken, false); });
    });
  };

  function placeNames(pen, view, taken, hits) {
    if (view.zoom < zooms.place_name_from) return;
    hits.forEach(function (hit) {
      if (!hit.side || hit.isMark || !tq.places.named[hit.place]) return;
      letter(pen, 12, 600, tq.themeOf[tq.places.kindOf(hit.place).theme].colour);
      write(pen, tq.places.label[hit.place], hit.x, hit.y + hit.side / 2 + 2, 12, taken, true);
    });
  }

  function streetNames(pen, view, taken) {
    const found = [];
    lines.find(view.box[0], view.box[1], view.box[2], view.box[3], function (i) {
      if (view.zoom >= given.lines.from[lines.kinds[i]]) found.push(i);
    });
    found.sort(function (a, b) { return rank[lines.kinds[b]] - rank[lines.kinds[a]] || a - b; });
    found.forEach(function (i) {
      const wet = lines.kinds[i] === "river" || lines.kinds[i] === "stream", size = view.zoom < 16 ? 11 : 12;
      letter(pen, size, wet ? "italic 500" : 500, wet ? "#2f6f86" : colours.text.text_soft);
      tq.writeAlong(pen, lines.names[i], lines.shapes, i, view, taken, size);
    });
  }

  function areaNames(pen, view, taken) {
    const shown = new Set();
    areas.find(view.box[0], view.box[1], view.box[2], view.box[3], function (i) {
      const wide = areas.size[i] / tq.metresPerPixel(view.zoom), wet = areas.kinds[i] === "water";
      const size = wet && wide > 260 ? 15 : 11;
      if (shown.has(areas.names[i]) || view.zoom < 13) return;
      letter(pen, size, wet ? "italic 500" : 500, wet ? "#2f6f86" : colours.text.text_soft);
      const room = Math.min(pen.measureText(areas.names[i]).width, LINE_PX);
      if (wide < room * (wet ? 0.8 : 0.95)) return;
      const x = areas.points[2 * i] * view.k - view.left, y = areas.points[2 * i + 1] * view.k - view.top;
      if (write(pen, areas.names[i], x, y, size, taken, false)) shown.add(areas.names[i]);
    });
  }

  tq.drawNames = function (pen, view, taken, hits) {
    placeNames(pen, view, taken, hits);
    streetNames(pen, view, taken);
    areaNames(pen, view, taken);
  };
}(window.tq = window.tq || {}));
