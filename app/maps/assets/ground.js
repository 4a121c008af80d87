// The ground: background, coverage and borders, drawn tile by tile on canvas.
(function (tq) {
  "use strict";

  const data = tq.data, grid = data.grid, zooms = data.how.zoom, colours = data.colours;
  const TILE = 512, EDGE_PX = 24, BIN_M = 400, TINY_PX = 0.7, MAIN_BEFORE = 12, FADE_M = 300;

  // The ground is drawn for whole zooms and shrunk in between.
  tq.groundZoom = function () { return Math.min(zooms.most, Math.round(tq.map.getZoom())); };

  const parts = data.ground.map(function (part) {
    const shapes = tq.shapes(part.shapes);
    part.shapes = shapes;
    return {
      kind: part.kind, group: part.group, style: part.style, shapes: shapes,
      find: tq.boxIndex(shapes.box, shapes.n, BIN_M / grid.ground)
    };
  });
  const areas = parts.filter(function (part) { return part.group === "area" && part.kind !== "building"; });
  const building = parts.filter(function (part) { return part.kind === "building"; })[0];
  const lines = parts.filter(function (part) { return part.group === "line"; });
  tq.buildings = building;
  tq.zones = { n: data.zones.names.length, names: data.zones.names, shapes: tq.shapes(data.zones.shapes) };
  tq.zones.points = tq.points(data.zones.points, tq.zones.n);
  const district = tq.shapes(data.district.shape);

  // What one tile needs to know: zoom, scale, its corner in pixels of the grid, and its box on the grid.
  function frame(coords, sharp) {
    const k = tq.scaleAt(coords.z), corner = tq.cornerAt(coords.z);
    const left = coords.x * TILE - corner[0], top = coords.y * TILE - corner[1];
    return {
      z: coords.z, k: k, left: left, top: top, sharp: sharp,
      box: [(left - EDGE_PX) / k, (top - EDGE_PX) / k, (left + TILE + EDGE_PX) / k, (top + TILE + EDGE_PX) / k]
    };
  }

  function each(part, f, tell) { part.find(f.box[0], f.box[1], f.box[2], f.box[3], tell); }

  function isSeen(shapes, s, k) {
    return (shapes.box[4 * s + 2] - shapes.box[4 * s]) * k > TINY_PX || (shapes.box[4 * s + 3] - shapes.box[4 * s + 1]) * k > TINY_PX;
  }

  function drawAreas(pen, f) {
    areas.forEach(function (part) {
      if (f.z < part.style.from) return;
      pen.beginPath();
      each(part, f, function (s) { if (isSeen(part.shapes, s, f.k)) tq.trace(pen, part.shapes, s, f.k, f.left, f.top, true); });
      pen.fillStyle = part.style.fill;
      pen.fill();
      if (part.style.edge && f.z >= part.style.edgeFrom) {
        pen.strokeStyle = part.style.edge;
        pen.lineWidth = 1;
        pen.stroke();
      }
    });
  }

  function drawHexagons(pen, f) {
    const of = tq.hexagons(tq.metresPerPixel(f.z)), r = of.size * f.k;
    pen.globalAlpha = tq.byZoom(data.how.hexagon.opacity, f.z);
    pen.lineWidth = 0.8;
    pen.strokeStyle = "rgba(58,50,48,0.45)";
    of.cells.forEach(function (cell, key) {
      const x = cell.x * f.k - f.left, y = cell.y * f.k - f.top, sum = of.sums.get(key);
      if (x < -r || y < -r || x > TILE + r || y > TILE + r || !(sum.children > 0)) return;
      const size = (r - 0.6) * tq.hexagonScale(sum.children, of.most);
      pen.beginPath();
      for (let i = 0; i < 6; i++) {
        const turn = Math.PI / 3 * i + Math.PI / 6;
        pen.lineTo(x + size * Math.cos(turn), y + size * Math.sin(turn));
      }
      pen.closePath();
      pen.fillStyle = tq.rampColour(sum.met / sum.children);
      pen.fill();
      if (tq.isHatched(sum)) tq.markDoubt(pen, "hatched", f);
      pen.stroke();
    });
    pen.globalAlpha = 1;
  }

  function drawBuildings(pen, f, byHome) {
    if (!building || f.z < building.style.from) return;
    const groups = { other: [], met: [], unmet: [], none: [] }, doubts = { hatched: [], doubtful: [] };
    each(building, f, function (s) {
      const isHome = byHome && s < tq.homes.built, doubt = isHome ? tq.homes.inDoubt(s) : null;
      groups[isHome ? tq.homes.answer(s) : "other"].push(s);
      if (doubt) doubts[doubt].push(s);
    });
    function trace(chosen) {
      pen.beginPath();
      chosen.forEach(function (s) { tq.trace(pen, building.shapes, s, f.k, f.left, f.top, true); });
      return chosen.length > 0;
    }
    Object.keys(groups).forEach(function (group) {
      if (!trace(groups[group])) return;
      pen.fillStyle = group === "other" ? building.style.fill : colours.coverage[group];
      pen.globalAlpha = group === "other" ? 1 : 0.8;
      pen.fill();
      pen.globalAlpha = 1;
      if (f.z < building.style.edgeFrom) return;
      pen.strokeStyle = group === "other" ? building.style.edge : colours.text.halo;
      pen.lineWidth = 0.7;
      pen.stroke();
    });
    Object.keys(doubts).forEach(function (doubt) { if (trace(doubts[doubt])) tq.markDoubt(pen, doubt, f); });
  }

  // Homes that are no drawn building: points on residential land or along streets.
  function drawHomePoints(pen, f) {
    const homes = tq.homes, r = Math.min(12, Math.max(2.5, 9 / tq.metresPerPixel(f.z)));
    homes.find(f.box[0], f.box[1], f.box[2], f.box[3], function (i) {
      if (i < homes.built) return;
      pen.beginPath();
      pen.arc(homes.points[2 * i] * f.k - f.left, homes.points[2 * i + 1] * f.k - f.top, r, 0, 2 * Math.PI);
      pen.fillStyle = colours.coverage[homes.answer(i)];
      pen.globalAlpha = 0.8;
      pen.fill();
      pen.globalAlpha = 1;
      if (homes.inDoubt(i)) tq.markDoubt(pen, homes.inDoubt(i), f);
    });
  }

  function stroke(pen, f, part, colour, width, dash) {
    pen.beginPath();
    each(part, f, function (s) { if (isSeen(part.shapes, s, f.k)) tq.trace(pen, part.shapes, s, f.k, f.left, f.top, false); });
    pen.setLineDash(dash);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
    pen.setLineDash([]);
  }

  // The kerbs of big roads: what a child does not simply cross.
  function drawKerbs(pen, f, shown) {
    shown.filter(function (part) { return part.style.kerb; }).forEach(function (part) {
      stroke(pen, f, part, colours.ground.kerb, tq.byZoom(part.style.width, f.z) + 1.4 + 2 * data.how.crossing.kerb_px, []);
    });
  }

  // Main streets lie over the hexagons, so that one finds one's way; all others under them.
  function isMain(part) { return part.style.from < MAIN_BEFORE; }

  function drawLines(pen, f, chosen) {
    const shown = chosen.filter(function (part) { return f.z >= part.style.from; });
    pen.lineCap = pen.lineJoin = "round";
    if (tq.choice.crossings) drawKerbs(pen, f, shown);
    shown.forEach(function (part) {
      const width = tq.byZoom(part.style.width, f.z);
      if (part.style.casing && width > 1.5) stroke(pen, f, part, part.style.casing, width + 1.4, []);
    });
    shown.forEach(function (part) {
      const style = part.style, width = tq.byZoom(style.width, f.z);
      const thin = style.casing && width <= 1.5 && !style.dash.length; // a thin white line is lost: show its casing
      pen.lineCap = style.dash.length ? "butt" : "round";
      stroke(pen, f, part, thin ? style.casing : style.fill, width, style.dash);
    });
  }

  function drawBorders(pen, f) {
    pen.beginPath();
    pen.rect(-1, -1, TILE + 2, TILE + 2);
    tq.trace(pen, district, 0, f.k, f.left, f.top, true);
    pen.globalAlpha = 0.5;
    pen.fillStyle = colours.ground.paper;
    pen.fill("evenodd");
    pen.strokeStyle = colours.ground.boundary;
    pen.lineJoin = "round";
    pen.globalAlpha = 0.55;
    pen.beginPath();
    for (let s = 0; s < tq.zones.n; s++) tq.trace(pen, tq.zones.shapes, s, f.k, f.left, f.top, true);
    pen.setLineDash([5, 4]);
    pen.lineWidth = f.z < 13 ? 0.9 : 1.4;
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 0.8;
    pen.beginPath();
    tq.trace(pen, district, 0, f.k, f.left, f.top, true);
    pen.lineWidth = f.z < 13 ? 1.6 : 2.2;
    pen.stroke();
    pen.globalAlpha = 1;
  }

  // Let the background end softly where the data end, but never inside the district.
  const shades = (function () {
    const box = data.district.box, most = FADE_M / grid.ground;
    return [[0, 0, 1, 0, box[0]], [grid.width, 0, -1, 0, grid.width - box[2]],
      [0, 0, 0, 1, box[1]], [0, grid.height, 0, -1, grid.height - box[3]]].map(function (side) {
      return side.slice(0, 4).concat(Math.min(most, side[4]));
    }).filter(function (side) { return side[4] > 0; });
  }());

  function fade(pen, f) {
    shades.forEach(function (side) {
      const x = side[0] * f.k - f.left, y = side[1] * f.k - f.top, wide = side[4] * f.k;
      const shade = pen.createLinearGradient(x, y, x + side[2] * wide, y + side[3] * wide);
      shade.addColorStop(0, colours.ground.paper);
      shade.addColorStop(1, colours.ground.paper + "00");
      pen.fillStyle = shade;
      pen.fillRect(0, 0, TILE, TILE);
    });
  }

  function paint(canvas, coords) {
    const sharp = canvas.width / TILE, f = frame(coords, sharp), pen = canvas.getContext("2d");
    const byHome = f.z >= zooms.home_from;
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.fillStyle = colours.ground.paper;
    pen.fillRect(0, 0, TILE, TILE);
    drawAreas(pen, f);
    drawBuildings(pen, f, byHome);
    if (byHome) drawLines(pen, f, lines);
    else {
      drawLines(pen, f, lines.filter(function (part) { return !isMain(part); }));
      drawHexagons(pen, f);
      drawLines(pen, f, lines.filter(isMain));
    }
    if (byHome) drawHomePoints(pen, f);
    drawBorders(pen, f);
    fade(pen, f);
  }

  tq.Ground = L.GridLayer.extend({
    options: { tileSize: TILE, updateWhenIdle: false, updateWhenZooming: false, keepBuffer: 1, className: "ground" },
    initialize: function (options) {
      L.GridLayer.prototype.initialize.call(this, options);
      this._drawn = new Map();
      this.on("tileunload", function (event) { this._drawn.delete(event.tile); }, this);
    },
    createTile: function (coords) {
      const canvas = document.createElement("canvas"), sharp = Math.min(2, Math.max(1, window.devicePixelRatio || 1));
      canvas.width = canvas.height = TILE * sharp;
      this._drawn.set(canvas, { x: coords.x, y: coords.y, z: coords.z });
      paint(canvas, coords);
      return canvas;
    },
    // Draw the tiles that are there again, in their place.
    repaint: function () { this._drawn.forEach(function (coords, canvas) { paint(canvas, coords); }); }
  });
}(window.tq = window.tq || {}));
