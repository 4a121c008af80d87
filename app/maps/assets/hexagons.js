// Homes in hexagons: axial coordinates on a metric plane, widths that double as one looks from farther away.
(function (tq) {
  "use strict";

  const how = tq.data.how.hexagon, homes = tq.homes, ground = tq.data.grid.ground;
  const levels = new Map();
  let shares = new Map();

  // Column and line of the hexagon of width w (between flat sides) that holds a point; pointed tops.
  function hexagonOf(x, y, w) {
    const size = w / Math.sqrt(3);
    const q = (x * Math.sqrt(3) / 3 - y / 3) / size, r = (y * 2 / 3) / size, s = -q - r;
    let rq = Math.round(q), rr = Math.round(r);
    const rs = Math.round(s);
    const dq = Math.abs(rq - q), dr = Math.abs(rr - r), ds = Math.abs(rs - s);
    if (dq > dr && dq > ds) rq = -rr - rs;
    else if (dr > ds) rr = -rq - rs;
    return [rq, rr];
  }

  function level(width) {
    if (levels.has(width)) return levels.get(width);
    const w = width / ground, size = w / Math.sqrt(3), rows = new Map();
    for (let i = 0; i < homes.n; i++) {
      const h = hexagonOf(homes.points[2 * i], homes.points[2 * i + 1], w), key = h[0] + ":" + h[1];
      if (!rows.has(key)) rows.set(key, { x: size * Math.sqrt(3) * (h[0] + h[1] / 2), y: size * 1.5 * h[1], homes: [] });
      rows.get(key).homes.push(i);
    }
    const made = { width: width, size: size, cells: rows };
    levels.set(width, made);
    return made;
  }

  // The level for a zoom: the narrowest hexagons that are still wide enough on the screen.
  tq.hexagons = function (metresPerPixel) {
    let width = how.width_m;
    while (width / metresPerPixel < how.least_px) width *= 2;
    const made = level(width);
    if (!shares.has(width)) {
      const sums = new Map();
      let most = 0;
      made.cells.forEach(function (cell, key) {
        const sum = tq.sum(cell.homes);
        sums.set(key, sum);
        most = Math.max(most, sum.children);
      });
      shares.set(width, { sums: sums, most: most });
    }
    return { size: made.size, cells: made.cells, sums: shares.get(width).sums, most: shares.get(width).most, w: width };
  };

  // The key of the hexagon at a point of the grid, for a zoom.
  tq.hexagonAt = function (x, y, metresPerPixel) {
    const of = tq.hexagons(metresPerPixel), h = hexagonOf(x, y, of.w / ground), key = h[0] + ":" + h[1];
    return of.cells.has(key) ? { cell: of.cells.get(key), sum: of.sums.get(key) } : null;
  };

  tq.rampColour = function (share) {
    const ramp = tq.data.colours.ramp;
    let k = 0;
    while (k < ramp.breaks.length && share >= ramp.breaks[k]) k++;
    return ramp.colours[k];
  };

  // How large a hexagon is drawn: area by children, but never too small to be seen.
  tq.hexagonScale = function (children, most) {
    return how.least_size + (1 - how.least_size) * Math.min(1, Math.sqrt(children / most) * 1.6);
  };

  // Whether the answer is in doubt since most walks leave the data; such hexagons are hatched.
  tq.isHatched = function (sum) { return sum.children > 0 && sum.doubt[tq.DATA_EDGE] >= how.hatched_from * sum.children; };

  tq.on("choice", function () { shares = new Map(); });
}(window.tq = window.tq || {}));
