// The ground: the printed map's paper, drawn tile by tile on canvas. Widths are millimetres of the sheet.
(function (tq) {
  "use strict";

  const data = tq.data, grid = data.grid, sheet = data.sheet, mm = data.how.pxPerMm;
  const TILE = 512, EDGE_PX = 30, BIN_M = 400, SEEN_PX = 0.7, WIDEST = 2.6, THIN_PX = 1.6;

  const parts = data.ground.map(function (part) {
    const shapes = tq.shapes(part.shapes);
    part.shapes = null;
    return Object.assign({}, part, { shapes: shapes, find: tq.boxIndex(shapes.box, shapes.n, BIN_M / grid.ground) });
  });
  const areas = parts.filter(function (part) { return part.group === "area"; });
  const lines = parts.filter(function (part) { return part.group === "line"; });
  const district = tq.shapes(data.district.shape);
  tq.zones = { n: data.zones.names.length, names: data.zones.names, shapes: tq.shapes(data.zones.shapes) };
  tq.zones.points = tq.points(data.zones.points, tq.zones.n);

  function frame(coords) {
    const k = tq.scaleAt(coords.z), corner = tq.cornerAt(coords.z);
    const left = coords.x * TILE - corner[0], top = coords.y * TILE - corner[1];
    return {
      z: coords.z, k: k, left: left, top: top, metre: 1 / tq.metresPerPixel(coords.z),
      box: [(left - EDGE_PX) / k, (top - EDGE_PX) / k, (left + TILE + EDGE_PX) / k, (top + TILE + EDGE_PX) / k]
    };
  }

  function path(pen, f, part, closed) {
    const box = part.shapes.box;
    pen.beginPath();
    part.find(f.box[0], f.box[1], f.box[2], f.box[3], function (s) {
      if ((box[4 * s + 2] - box[4 * s]) * f.k > SEEN_PX || (box[4 * s + 3] - box[4 * s + 1]) * f.k > SEEN_PX) {
        tq.trace(pen, part.shapes, s, f.k, f.left, f.top, closed);
      }
    });
  }

  // Ripples: lines that follow the edge inside. Wide strokes of ripple and fill, from afar to near, cut to the shape.
  function ripple(pen, look) {
    pen.save();
    pen.clip();
    look.inner_mm.slice().reverse().forEach(function (far) {
      pen.strokeStyle = look.inner;
      pen.lineWidth = 2 * far * mm + 1.1;
      pen.stroke();
      pen.strokeStyle = look.fill;
      pen.lineWidth = 2 * far * mm - 1.1;
      pen.stroke();
    });
    pen.restore();
  }

  function drawAreas(pen, f) {
    pen.lineJoin = "round";
    areas.forEach(function (part) {
      const look = part.look;
      if (f.z < part.from) return;
      if (look.shade && f.z > part.from) {
        pen.save();
        pen.translate(look.shade_mm * mm, look.shade_mm * mm);
        path(pen, f, part, true);
        pen.fillStyle = look.shade;
        pen.fill();
        pen.restore();
      }
      path(pen, f, part, true);
      pen.fillStyle = look.fill;
      pen.fill();
      if (look.inner && f.z >= 13) ripple(pen, look);
      if (!look.edge || (part.kind === "building" && f.z < 16)) return;
      pen.strokeStyle = look.edge;
      pen.lineWidth = Math.max(0.6, look.edge_mm * mm);
      pen.stroke();
    });
  }

  // True width where there is room for it, never thinner than on paper.
  function widthOf(look, f) {
    return Math.max(look.least_mm * mm * (f.z < 14 ? 0.7 : 1), Math.min(look.real_m * f.metre, look.most_mm * mm * WIDEST));
  }

  function stroke(pen, f, part, colour, width, dash) {
    path(pen, f, part, false);
    pen.setLineDash(dash);
    pen.lineCap = dash.length ? "butt" : "round";
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
    pen.setLineDash([]);
  }

  function drawLines(pen, f) {
    const shown = lines.filter(function (part) { return f.z >= part.from; });
    pen.lineJoin = "round";
    shown.forEach(function (part) {
      const width = widthOf(part.look, f);
      if (part.look.casing && width > THIN_PX) stroke(pen, f, part, part.look.casing, width + 2 * Math.max(0.6, part.look.casing_mm * mm), []);
    });
    shown.forEach(function (part) {
      const look = part.look, width = widthOf(look, f);
      const isLost = look.casing && width <= THIN_PX; // a thin white line is not seen: show its rim
      stroke(pen, f, part, isLost ? look.casing : look.fill, width, look.dash.map(function (d) { return d * mm; }));
    });
  }

  function outline(pen, f, shapes, n) {
    pen.beginPath();
    for (let s = 0; s < n; s++) tq.trace(pen, shapes, s, f.k, f.left, f.top, true);
  }

  function border(pen, look) {
    pen.lineJoin = "round";
    pen.lineCap = "round";
    pen.strokeStyle = look.fill;
    pen.lineWidth = look.least_mm * mm * 0.8;
    pen.setLineDash(look.dash.map(function (d) { return d * mm; }));
    pen.stroke();
    pen.setLineDash([]);
  }

  // The sea belongs to everybody: neither veil nor shadow nor end lies on it.
  const sea = areas.filter(function (part) { return part.kind === "sea"; })[0];
  function sparingTheSea(pen, f, draw) {
    pen.save();
    if (sea) {
      path(pen, f, sea, true);
      pen.rect(-1, -1, TILE + 2, TILE + 2);
      pen.clip("evenodd");
    }
    draw(pen, f);
    pen.restore();
  }

  // The district is a cut-out that lies on the paper: a veil over its neighbours, and its shadow on them.
  function drawNeighbours(pen, f) {
    pen.beginPath();
    pen.rect(-1, -1, TILE + 2, TILE + 2);
    tq.trace(pen, district, 0, f.k, f.left, f.top, true);
    pen.globalAlpha = sheet.veil_by;
    pen.fillStyle = sheet.veil;
    pen.fill("evenodd");
    pen.clip("evenodd");
    pen.globalAlpha = 0.8;
    pen.translate(sheet.shade_mm * mm * 0.7, sheet.shade_mm * mm);
    outline(pen, f, district, 1);
    pen.fillStyle = sheet.shade;
    pen.fill();
  }

  function drawBorders(pen, f) {
    outline(pen, f, tq.zones.shapes, tq.zones.n);
    border(pen, sheet.zone);
    outline(pen, f, district, 1);
    border(pen, sheet.boundary);
  }

  // The ground ends softly where the data end, but never inside the district.
  const shades = (function () {
    const box = data.district.box, end = data.dataBox, most = data.how.fade / grid.ground;
    return [[end[0], 0, 1, 0, box[0] - end[0]], [end[2], 0, -1, 0, end[2] - box[2]],
      [0, end[1], 0, 1, box[1] - end[1]], [0, end[3], 0, -1, end[3] - box[3]]].map(function (side) {
      return side.slice(0, 4).concat(Math.max(1, Math.min(most, side[4])));
    });
  }());

  function fade(pen, f) {
    shades.forEach(function (side) {
      const x = side[0] * f.k - f.left, y = side[1] * f.k - f.top, wide = side[4] * f.k;
      const shade = pen.createLinearGradient(x, y, x + side[2] * wide, y + side[3] * wide);
      shade.addColorStop(0, sheet.paper);
      shade.addColorStop(1, sheet.paper + "00");
      pen.fillStyle = shade;
      pen.fillRect(0, 0, TILE, TILE);
    });
  }

  tq.Paper = L.GridLayer.extend({
    options: { tileSize: TILE, updateWhenIdle: false, updateWhenZooming: false, keepBuffer: 1, className: "ground" },
    createTile: function (coords) {
      const canvas = document.createElement("canvas"), sharp = Math.min(2, Math.max(1, window.devicePixelRatio || 1));
      const f = frame(coords), pen = canvas.getContext("2d");
      canvas.width = canvas.height = TILE * sharp;
      pen.setTransform(sharp, 0, 0, sharp, 0, 0);
      pen.fillStyle = sheet.paper;
      pen.fillRect(0, 0, TILE, TILE);
      drawAreas(pen, f);
      drawLines(pen, f);
      sparingTheSea(pen, f, drawNeighbours);
      sparingTheSea(pen, f, fade);
      drawBorders(pen, f);
      return canvas;
    }
  });
}(window.tq = window.tq || {}));
