// Lettering along a line: every letter turned as the line runs, upright where a Chinese name follows a line down.
(function (tq) {
  "use strict";

  const CHINESE = /[\u3400-\u9fff]/, BEND = 0.45, REPEAT_PX = 620, ROOM_PX = 16;
  const widths = new Map();

  function widthOf(pen, letter) {
    const key = pen.font + letter;
    if (!widths.has(key)) widths.set(key, pen.measureText(letter).width);
    return widths.get(key);
  }

  // The longest run of a ring's points near the view, on the screen, with its length so far at each point.
  function run(shapes, ring, view) {
    const p = shapes.points, from = shapes.ringAt[ring], to = shapes.ringAt[ring + 1];
    let best = null, now = null;
    for (let i = from; i < to; i++) {
      const x = p[2 * i] * view.k - view.left, y = p[2 * i + 1] * view.k - view.top;
      const near = x > -60 && y > -60 && x < view.width + 60 && y < view.height + 60;
      if (!near) {
        // A long straight piece may cross the view between two points outside it: keep one point beyond the edge.
        if (now) { push(now, x, y); now = null; } else now = { x: [x], y: [y], at: [0], touched: false };
        if (now && !now.touched) continue;
      }
      if (!now) now = { x: [], y: [], at: [], touched: true };
      now.touched = true;
      push(now, x, y);
      if (!best || now.at[now.at.length - 1] > best.at[best.at.length - 1]) best = now;
    }
    return best;
  }

  function push(line, x, y) {
    const n = line.x.length;
    line.at.push(n ? line.at[n - 1] + Math.hypot(x - line.x[n - 1], y - line.y[n - 1]) : 0);
    line.x.push(x);
    line.y.push(y);
  }

  function pointAt(line, s) {
    let i = 1;
    while (i < line.at.length - 1 && line.at[i] < s) i++;
    const part = (s - line.at[i - 1]) / Math.max(line.at[i] - line.at[i - 1], 1e-6);
    return [line.x[i - 1] + (line.x[i] - line.x[i - 1]) * part, line.y[i - 1] + (line.y[i] - line.y[i - 1]) * part];
  }

  // The letters of a text centred at length s of a line, or null where the line bends too much.
  function letters(pen, text, line, s, size) {
    const total = Array.from(text).reduce(function (sum, letter) { return sum + widthOf(pen, letter); }, 0);
    const a = pointAt(line, s - total / 2), b = pointAt(line, s + total / 2);
    const dx = b[0] - a[0], dy = b[1] - a[1];
    const down = CHINESE.test(text) && Math.abs(dy) > 1.4 * Math.abs(dx);
    const forth = down ? dy > 0 : dx >= 0, main = Math.atan2(forth ? dy : -dy, forth ? dx : -dx);
    const made = [];
    let at = 0;
    for (const letter of Array.from(text)) {
      const w = widthOf(pen, letter), middle = forth ? s - total / 2 + at + w / 2 : s + total / 2 - at - w / 2;
      const p = pointAt(line, middle - size / 2), q = pointAt(line, middle + size / 2);
      const turn = forth ? Math.atan2(q[1] - p[1], q[0] - p[0]) : Math.atan2(p[1] - q[1], p[0] - q[0]);
      const bend = Math.atan2(Math.sin(turn - main), Math.cos(turn - main));
      if (Math.abs(bend) > BEND) return null;
      made.push({ letter: letter, x: (p[0] + q[0]) / 2, y: (p[1] + q[1]) / 2, turn: down ? turn - Math.PI / 2 : turn });
      at += w;
    }
    return made;
  }

  // Write a name along the rings of a shape wherever there is room.
  tq.writeAlong = function (pen, text, shapes, shape, view, taken, size) {
    const total = Array.from(text).reduce(function (sum, letter) { return sum + widthOf(pen, letter); }, 0);
    for (let ring = shapes.shapeAt[shape]; ring < shapes.shapeAt[shape + 1]; ring++) {
      const line = run(shapes, ring, view);
      const length = line ? line.at[line.at.length - 1] : 0;
      if (length < total + ROOM_PX) continue;
      const times = Math.max(1, Math.floor(length / REPEAT_PX));
      for (let i = 0; i < times; i++) {
        const made = letters(pen, text, line, length * (i + 0.5) / times, size);
        if (!made) continue;
        const half = size / 2;
        const boxes = made.map(function (m) { return [m.x - half, m.y - half, m.x + half, m.y + half]; });
        if (!boxes.every(function (box) { return taken.isFree(box); })) continue;
        // Room around the whole name keeps the next one away.
        boxes.forEach(function (b) { taken.take([b[0] - 3, b[1] - 3, b[2] + 3, b[3] + 3]); });
        ["strokeText", "fillText"].forEach(function (how) {
          made.forEach(function (m) {
            pen.save();
            pen.translate(m.x, m.y);
            pen.rotate(m.turn);
            pen[how](m.letter, 0, 0);
            pen.restore();
          });
        });
      }
    }
  };
}(window.tq = window.tq || {}));
