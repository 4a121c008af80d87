// Ways on foot: the streets as a child may walk them, and the shortest way over them. Metres; null is out of reach.
(function (tq) {
  "use strict";

  const given = tq.data.ways, grid = tq.data.grid;
  const NEAR_LINE_M = 0.01, OF_A_CROSSING_M = 1e-4; // of equally long ways the one with fewer crossings
  const n = given.edges;

  const u = tq.numbers(given.u, n), v = tq.numbers(given.v, n), dm = tq.numbers(given.length, n);
  const two = tq.bits(given.two, n), isPrivate = tq.bits(given.private, n);
  const ends = new Int32Array(4 * n), starts = new Int32Array(4 * n), shut = new Uint8Array(2 * n), over = new Uint8Array(2 * n);
  const counts = tq.numbers(given.counts, n), from = new Int32Array(n + 1);
  for (let e = 0; e < n; e++) from[e + 1] = from[e] + counts[e];
  const line = tq.points(given.points, from[n]);

  (function () {
    const nTwo = two.reduce(function (sum, one) { return sum + one; }, 0);
    const nPrivate = isPrivate.reduce(function (sum, one) { return sum + one; }, 0);
    const right = tq.numbers(given.right, 2 * nTwo), leave = tq.numbers(given.leave, 4 * nPrivate);
    let r = 0, p = 0;
    for (let e = 0; e < n; e++) {
      for (let end = 0; end < 2; end++) {
        const left = end ? u[e] + v[e] : u[e];
        ends[4 * e + end] = left;
        ends[4 * e + 2 + end] = two[e] ? left + right[r++] : left;
      }
      for (let i = 0; i < 4; i++) starts[4 * e + i] = ends[4 * e + i] + (isPrivate[e] ? leave[p++] : 0);
    }
    // how many there are stands in the kinds and nowhere else
    tq.numbers(given.over, given.overKind.length).forEach(function (at, i) { over[at] = given.overKind[i]; });
    given.shut.forEach(function (at) { shut[at] = 1; });
  }());

  // Arcs: what[a] is 4 * edge + 2 * side + (1 when walked backward); or, below zero, a crossing -1 - kind; -1 is a gate.
  const arcs = (function () {
    const tails = [], heads = [], costs = [], whats = [];
    function add(tail, head, cost, what) {
      tails.push(tail);
      heads.push(head);
      costs.push(cost);
      whats.push(what);
    }
    for (let e = 0; e < n; e++) {
      for (let side = 0; side <= two[e]; side++) {
        const code = 4 * e + 2 * side, cost = dm[e] / 10 + (over[2 * e + side] ? OF_A_CROSSING_M : 0);
        if (shut[2 * e + side]) continue;
        (isPrivate[e] ? [ends, starts] : [ends]).forEach(function (nodes) {
          add(nodes[code], nodes[code + 1], cost, code);
          add(nodes[code + 1], nodes[code], cost, code + 1);
        });
      }
    }
    const links = tq.numbers(given.links, 2 * given.nLinks), kinds = tq.numbers(given.linkKinds, given.nLinks);
    for (let i = 0; i < given.nLinks; i++) {
      const a = links[i], b = a + links[given.nLinks + i];
      add(a, b, OF_A_CROSSING_M, -1 - kinds[i]);
      add(b, a, OF_A_CROSSING_M, -1 - kinds[i]);
    }
    const gates = tq.numbers(given.gates, 2 * given.nGates);
    for (let i = 0; i < given.nGates; i++) add(gates[i], gates[given.nGates + i], 0, -1);
    return sorted(tails, heads, costs, whats);
  }());

  function sorted(tails, heads, costs, whats) {
    const first = new Int32Array(given.n + 1), made = {
      first: first, tail: new Int32Array(tails.length), head: new Int32Array(tails.length),
      cost: new Float64Array(tails.length), what: new Int32Array(tails.length)
    };
    tails.forEach(function (tail) { first[tail + 1]++; });
    for (let i = 0; i < given.n; i++) first[i + 1] += first[i];
    const at = first.slice();
    tails.forEach(function (tail, i) {
      const a = at[tail]++;
      made.tail[a] = tail;
      made.head[a] = heads[i];
      made.cost[a] = costs[i];
      made.what[a] = whats[i];
    });
    return made;
  }

  // Where walks from (or to) a stop leave (or enter) the graph: [node, metres, code of the edge's side, end].
  // A stop is [edge, metres along it, side, metres from the street].
  function openings(stop, nodes) {
    const e = stop[0], found = [];
    for (let side = 0; side <= two[e]; side++) {
      if (two[e] && (side ? stop[2] < 0 : stop[2] > 0)) continue;
      const code = 4 * e + 2 * side;
      found.push([nodes[code], stop[1] + stop[3], code, 0]);
      found.push([nodes[code + 1], Math.max(0, dm[e] / 10 - stop[1]) + stop[3], code, 1]);
    }
    return found;
  }

  // Dijkstra's search from some stops over the whole graph, with a binary heap that knows where each node stands.
  function search(stops) {
    const far = new Float64Array(given.n).fill(Infinity), by = new Int32Array(given.n).fill(-1);
    const seed = new Map(), heap = new Int32Array(given.n + 1), place = new Int32Array(given.n);
    let size = 0;
    function rise(i, node) {
      while (i > 1 && far[heap[i >> 1]] > far[node]) {
        heap[i] = heap[i >> 1];
        place[heap[i]] = i;
        i >>= 1;
      }
      heap[i] = node;
      place[node] = i;
    }
    function sink(node) {
      let i = 1;
      for (let child = 2; child <= size; child = 2 * i) {
        if (child < size && far[heap[child + 1]] < far[heap[child]]) child++;
        if (far[heap[child]] >= far[node]) break;
        heap[i] = heap[child];
        place[heap[i]] = i;
        i = child;
      }
      heap[i] = node;
      place[node] = i;
    }
    function reach(node, metres, arc) {
      if (!(metres < far[node])) return false;
      far[node] = metres;
      by[node] = arc;
      rise(place[node] || ++size, node);
      return true;
    }
    stops.forEach(function (stop, s) {
      openings(stop, starts).forEach(function (o) { if (reach(o[0], o[1], -1)) seed.set(o[0], { stop: s, code: o[2], end: o[3] }); });
    });
    while (size) {
      const node = heap[1], last = heap[size--];
      place[node] = 0;
      if (size) sink(last);
      for (let a = arcs.first[node]; a < arcs.first[node + 1]; a++) reach(arcs.head[a], far[node] + arcs.cost[a], a);
    }
    return { stops: stops, far: far, by: by, seed: seed };
  }

  // The best way from what was searched to some stops: {metres, and how}; null where there is none.
  function best(found, stops) {
    let way = null;
    stops.forEach(function (stop, s) {
      openings(stop, ends).forEach(function (o) {
        const metres = found.far[o[0]] + o[1];
        if (metres < (way ? way.metres : Infinity)) way = { metres: metres, stop: s, node: o[0], code: o[2], end: o[3] };
      });
      found.stops.forEach(function (start, i) {
        if (start[0] !== stop[0] || (two[stop[0]] && start[2] * stop[2] < 0)) return;
        const metres = Math.abs(start[1] - stop[1]) + start[3] + stop[3];
        if (metres < (way ? way.metres : Infinity)) way = { metres: metres, stop: s, start: i };
      });
    });
    return way;
  }

  // Points of an edge between two distances along it, in that direction: x and y in turn.
  function piece(e, a, b) {
    const at = [0];
    for (let i = from[e] + 1; i < from[e + 1]; i++) {
      at.push(at[at.length - 1] + Math.hypot(line[2 * i] - line[2 * i - 2], line[2 * i + 1] - line[2 * i - 1]));
    }
    const total = at[at.length - 1], k = dm[e] ? total / (dm[e] / 10) : 0;
    function point(s) {
      let i = 1;
      while (i < at.length - 1 && at[i] < s) i++;
      const part = Math.min(1, Math.max(0, (s - at[i - 1]) / Math.max(at[i] - at[i - 1], 1e-9))), p = 2 * (from[e] + i);
      return [line[p - 2] + (line[p] - line[p - 2]) * part, line[p - 1] + (line[p + 1] - line[p - 1]) * part];
    }
    const low = Math.min(a, b) * k, high = Math.max(a, b) * k, made = [point(low)];
    at.forEach(function (s, i) { if (s > low && s < high) made.push([line[2 * (from[e] + i)], line[2 * (from[e] + i) + 1]]); });
    made.push(point(high));
    return a <= b ? made : made.reverse();
  }

  // The line of a way, and the crossings on it; those close behind each other are one.
  function trace(found, stops, way) {
    const points = [], crossings = [], stop = stops[way.stop];
    let metres = 0, last = -Infinity;
    function cross(kind, at) {
      if (metres - last > given.sameCrossing) crossings.push({ kind: given.kinds[kind], x: at[0], y: at[1] });
      last = metres;
    }
    function walk(e, a, b, kind) {
      piece(e, a, b).forEach(function (p) { points.push(p); });
      metres += Math.abs(b - a);
      if (kind) cross(kind, points[points.length - 1]);
    }
    if (way.start !== undefined) {
      walk(stop[0], found.stops[way.start][1], stop[1], 0);
      return { points: points, crossings: crossings };
    }
    const chain = [];
    let node = way.node;
    for (let a = found.by[node]; a >= 0; a = found.by[node]) {
      chain.push(a);
      node = arcs.tail[a];
    }
    const seed = found.seed.get(node), start = found.stops[seed.stop];
    walk(start[0], start[1], seed.end ? dm[start[0]] / 10 : 0, 0);
    chain.reverse().forEach(function (a) {
      const what = arcs.what[a];
      if (what < -1) cross(-1 - what, points[points.length - 1]);
      if (what < 0) return;
      const e = what >> 2, whole = dm[e] / 10, kind = over[2 * e + ((what >> 1) & 1)];
      walk(e, what & 1 ? whole : 0, what & 1 ? 0 : whole, kind);
    });
    walk(stop[0], way.end ? dm[stop[0]] / 10 : 0, stop[1], 0);
    return { points: points, crossings: crossings };
  }

  // The stop of a point of the grid: on the nearest street; null where none is near.
  function snap(x, y) {
    let found = null, nearest = given.snap / grid.ground;
    for (let e = 0; e < n; e++) {
      let along = 0;
      for (let i = from[e] + 1; i < from[e + 1]; i++) {
        const ax = line[2 * i - 2], ay = line[2 * i - 1], dx = line[2 * i] - ax, dy = line[2 * i + 1] - ay;
        const length = Math.hypot(dx, dy);
        const part = length ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (length * length))) : 0;
        const away = Math.hypot(ax + part * dx - x, ay + part * dy - y);
        if (away < nearest) {
          const off = length ? (dx * (y - ay) - dy * (x - ax)) / length * grid.ground : 0;
          nearest = away;
          found = { e: e, at: along + part * length, side: Math.abs(off) < NEAR_LINE_M ? 0 : Math.sign(off), away: away };
        }
        along += length;
      }
    }
    if (!found) return null;
    const drawn = lengthOf(found.e), e = found.e;
    return [e, drawn ? found.at / drawn * dm[e] / 10 : 0, found.side, found.away * grid.ground];
  }

  function lengthOf(e) {
    let sum = 0;
    for (let i = from[e] + 1; i < from[e + 1]; i++) sum += Math.hypot(line[2 * i] - line[2 * i - 2], line[2 * i + 1] - line[2 * i - 1]);
    return sum;
  }

  // All ways from some stops: metres(stops) and trace(stops), both null where there is no way.
  tq.waysFrom = function (stops) {
    const found = search(stops);
    return {
      metres: function (to) {
        const way = best(found, to);
        return way ? way.metres : null;
      },
      trace: function (to) {
        const way = best(found, to);
        return way ? Object.assign({ metres: way.metres }, trace(found, to, way)) : null;
      }
    };
  };
  tq.snap = snap;
}(window.tq = window.tq || {}));
