// Unpacks what app/maps/canvas.py packed.
(function (tq) {
  "use strict";

  function bytes(text) {
    const raw = atob(text);
    const made = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) made[i] = raw.charCodeAt(i);
    return made;
  }

  // Read zigzag varints one after the other.
  function reader(text) {
    const from = bytes(text);
    let at = 0;
    return function () {
      let value = 0, factor = 1, byte;
      do {
        byte = from[at++];
        value += (byte & 127) * factor;
        factor *= 128;
      } while (byte & 128);
      return value % 2 ? -(value + 1) / 2 : value / 2;
    };
  }

  // Shapes: `points` holds x and y in turn; ring r is points[ringAt[r]..ringAt[r+1]) of point numbers, shape s owns the
  // rings shapeAt[s]..shapeAt[s+1]; `box` holds west, north, east, south of each shape.
  tq.shapes = function (packed) {
    const next = reader(packed.data), n = packed.n;
    const points = new Int32Array(packed.points * 2);
    const ringAt = new Int32Array(packed.rings + 1), shapeAt = new Int32Array(n + 1), box = new Int32Array(n * 4);
    let x = 0, y = 0, point = 0, ring = 0;
    for (let s = 0; s < n; s++) {
      let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (let left = next(); left > 0; left--) {
        for (let k = next(); k > 0; k--) {
          x += next();
          y += next();
          points[2 * point] = x;
          points[2 * point + 1] = y;
          point++;
          if (x < west) west = x;
          if (x > east) east = x;
          if (y < north) north = y;
          if (y > south) south = y;
        }
        ringAt[++ring] = point;
      }
      shapeAt[s + 1] = ring;
      if (west > east) { west = north = 1; east = south = 0; } // nothing was left of it: an empty box
      box.set([west, north, east, south], 4 * s);
    }
    return { n: n, points: points, ringAt: ringAt, shapeAt: shapeAt, box: box };
  };

  // Points: x and y in turn.
  tq.points = function (text, n) {
    const next = reader(text), made = new Int32Array(2 * n);
    for (let i = 0; i < 2 * n; i++) made[i] = next() + (i < 2 ? 0 : made[i - 2]);
    return made;
  };

  tq.numbers = function (text, n) {
    const next = reader(text), made = new Int32Array(n);
    for (let i = 0; i < n; i++) made[i] = next() + (i ? made[i - 1] : 0);
    return made;
  };

  // Columns of whole numbers, each packed row by row or as changes to an earlier one (-1: to zeros).
  tq.columns = function (packed, n) {
    const made = [];
    packed.forEach(function (part) {
      if (part.than === undefined) { made.push(tq.numbers(part.data, n)); return; }
      const other = part.than < 0 ? new Int32Array(n) : made[part.than], next = reader(part.data);
      const column = part.n ? other.slice() : other;
      for (let left = part.n, i = 0; left > 0; left--) {
        i += next();
        column[i] += next();
      }
      made.push(column);
    });
    return made;
  };

  tq.words = function (text) { return new Uint16Array(bytes(text).buffer); };

  tq.bits = function (text, n) {
    const from = bytes(text), made = new Uint8Array(n);
    for (let i = 0; i < n; i++) made[i] = (from[i >> 3] >> (i & 7)) & 1;
    return made;
  };

  // Amounts travel as square roots, so that small ones are as exact as large ones.
  tq.amounts = function (text, largest) {
    const roots = tq.words(text), made = new Float32Array(roots.length);
    for (let i = 0; i < roots.length; i++) made[i] = Math.pow(roots[i] / 65535, 2) * largest;
    return made;
  };

  // Whether a point lies in a shape (even-odd over all its rings).
  tq.holds = function (shapes, s, x, y) {
    const p = shapes.points;
    let inside = false;
    for (let r = shapes.shapeAt[s]; r < shapes.shapeAt[s + 1]; r++) {
      const from = shapes.ringAt[r], to = shapes.ringAt[r + 1];
      for (let i = from, j = to - 1; i < to; j = i++) {
        const yi = p[2 * i + 1], yj = p[2 * j + 1];
        if ((yi > y) !== (yj > y) && x < (p[2 * j] - p[2 * i]) * (y - yi) / (yj - yi) + p[2 * i]) inside = !inside;
      }
    }
    return inside;
  };
}(window.tq = window.tq || {}));
