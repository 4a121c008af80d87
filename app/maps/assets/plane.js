// The plane of the map: from the grid of what is drawn to pixels, to degrees and back, and how a shape becomes a path.
(function (tq) {
  "use strict";

  const grid = tq.data.grid, TINY_PX = 0.7;
  const HALF = Math.PI * 6378137; // half the width of the Web Mercator square, its metres

  // Pixels for one unit of the grid at a zoom, and the pixel of the grid's corner.
  tq.scaleAt = function (zoom) { return grid.step * 128 * Math.pow(2, zoom) / HALF; };
  tq.cornerAt = function (zoom) {
    const k = 128 * Math.pow(2, zoom) / HALF;
    return [(grid.x0 + HALF) * k, (HALF - grid.y0) * k];
  };
  tq.metresPerPixel = function (zoom) { return grid.ground / tq.scaleAt(zoom); };
  tq.toLatLng = function (x, y) {
    return L.Projection.SphericalMercator.unproject(L.point(grid.x0 + x * grid.step, grid.y0 - y * grid.step));
  };
  tq.toGrid = function (latlng) {
    const p = L.Projection.SphericalMercator.project(latlng);
    return { x: (p.x - grid.x0) / grid.step, y: (grid.y0 - p.y) / grid.step };
  };

  // A value by zoom: [zoom, value] pairs, in between by rule of three.
  tq.byZoom = function (stops, zoom) {
    if (zoom <= stops[0][0]) return stops[0][1];
    for (let i = 1; i < stops.length; i++) {
      const a = stops[i - 1], b = stops[i];
      if (zoom <= b[0]) return a[1] + (b[1] - a[1]) * (zoom - a[0]) / (b[0] - a[0]);
    }
    return stops[stops.length - 1][1];
  };

  // Add a shape to the canvas's path; points nearer than a pixel to the last one are left out.
  tq.trace = function (pen, shapes, s, k, left, top, closed) {
    const p = shapes.points;
    for (let r = shapes.shapeAt[s]; r < shapes.shapeAt[s + 1]; r++) {
      const from = shapes.ringAt[r], last = shapes.ringAt[r + 1] - 1;
      let x = p[2 * from] * k - left, y = p[2 * from + 1] * k - top;
      pen.moveTo(x, y);
      for (let i = from + 1; i <= last; i++) {
        const nx = p[2 * i] * k - left, ny = p[2 * i + 1] * k - top;
        if (i < last && Math.abs(nx - x) < TINY_PX && Math.abs(ny - y) < TINY_PX) continue;
        pen.lineTo(nx, ny);
        x = nx;
        y = ny;
      }
      // Not closePath: in Chromium its time grows with the whole path, a thousand buildings take half a second.
      if (closed) pen.lineTo(p[2 * from] * k - left, p[2 * from + 1] * k - top);
    }
  };
}(window.tq = window.tq || {}));
