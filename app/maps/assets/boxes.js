// Finds what lies in a rectangle: boxes sorted into square bins; very large ones are looked at every time.
(function (tq) {
  "use strict";

  const MANY_BINS = 100;

  // box: west, north, east, south of each item in turn. Returns find(west, north, east, south, tell).
  tq.boxIndex = function (box, n, side) {
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (let i = 0; i < n; i++) {
      if (box[4 * i] > box[4 * i + 2]) continue;
      west = Math.min(west, box[4 * i]);
      north = Math.min(north, box[4 * i + 1]);
      east = Math.max(east, box[4 * i + 2]);
      south = Math.max(south, box[4 * i + 3]);
    }
    const columns = Math.max(1, Math.floor((east - west) / side) + 1);
    const lines = Math.max(1, Math.floor((south - north) / side) + 1);
    const bins = new Map(), large = [], seen = new Int32Array(n);
    let turn = 0;

    function span(a, b, c, d) {
      return [
        Math.max(0, Math.floor((a - west) / side)), Math.max(0, Math.floor((b - north) / side)),
        Math.min(columns - 1, Math.floor((c - west) / side)), Math.min(lines - 1, Math.floor((d - north) / side))
      ];
    }

    for (let i = 0; i < n; i++) {
      if (box[4 * i] > box[4 * i + 2]) continue;
      const s = span(box[4 * i], box[4 * i + 1], box[4 * i + 2], box[4 * i + 3]);
      if ((s[2] - s[0] + 1) * (s[3] - s[1] + 1) > MANY_BINS) { large.push(i); continue; }
      for (let line = s[1]; line <= s[3]; line++) {
        for (let column = s[0]; column <= s[2]; column++) {
          const key = line * columns + column;
          if (!bins.has(key)) bins.set(key, []);
          bins.get(key).push(i);
        }
      }
    }

    return function (a, b, c, d, tell) {
      const s = span(a, b, c, d), found = [];
      turn++;
      function look(i) {
        if (seen[i] === turn) return;
        seen[i] = turn;
        if (box[4 * i] <= c && box[4 * i + 2] >= a && box[4 * i + 1] <= d && box[4 * i + 3] >= b) found.push(i);
      }
      large.forEach(look);
      for (let line = s[1]; line <= s[3]; line++) {
        for (let column = s[0]; column <= s[2]; column++) (bins.get(line * columns + column) || []).forEach(look);
      }
      found.sort(function (i, j) { return i - j; }).forEach(tell);
    };
  };

  // The same for points, x and y in turn.
  tq.pointIndex = function (points, n, side) {
    const box = new Int32Array(4 * n);
    for (let i = 0; i < n; i++) {
      box[4 * i] = box[4 * i + 2] = points[2 * i];
      box[4 * i + 1] = box[4 * i + 3] = points[2 * i + 1];
    }
    return tq.boxIndex(box, n, side);
  };

  // Remembers what is taken of the screen, so that lettering and badges do not cover each other.
  tq.Taken = function () {
    const side = 48, bins = new Map();
    function each(box, tell) {
      for (let i = Math.floor(box[0] / side); i <= Math.floor(box[2] / side); i++) {
        for (let j = Math.floor(box[1] / side); j <= Math.floor(box[3] / side); j++) if (tell(i + ":" + j)) return true;
      }
      return false;
    }
    this.isFree = function (box) {
      return !each(box, function (key) {
        return (bins.get(key) || []).some(function (b) {
          return b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1];
        });
      });
    };
    this.take = function (box) {
      each(box, function (key) {
        if (!bins.has(key)) bins.set(key, []);
        bins.get(key).push(box);
        return false;
      });
    };
    this.tryTake = function (box) {
      if (!this.isFree(box)) return false;
      this.take(box);
      return true;
    };
  };
}(window.tq = window.tq || {}));
