// The homes, and whether the chosen children there reach what was chosen.
(function (tq) {
  "use strict";

  const given = tq.data.homes, pairs = tq.data.pairs;
  const UNREACHED = 65535;

  function columns(part, unpack) {
    const made = part.columns.map(unpack);
    return part.of.map(function (column) { return made[column]; });
  }

  const homes = {
    n: given.n,
    built: given.built,
    points: tq.points(given.points, given.n),
    zone: tq.numbers(given.zone, given.n),
    children: given.children.of.map(function (column, band) {
      return tq.amounts(given.children.columns[column], given.children.largest[band]);
    }),
    distance: columns(given.distance, tq.words),
    place: columns(given.place, tq.rows),
    met: columns(given.met, function (text) { return tq.bits(text, given.n); }),
    now: new Uint8Array(given.n), // 1: the choice is met
    here: new Float32Array(given.n) // children of the chosen band
  };
  tq.homes = homes;
  homes.find = tq.pointIndex(homes.points, homes.n, 800);

  // Walking metres from a home to the nearest place of a pair; null when none can be reached.
  homes.metres = function (home, pair) {
    const metres = homes.distance[pair][home];
    return metres === UNREACHED ? null : metres;
  };

  function choose() {
    const band = tq.choice.band, need = tq.choice.need;
    homes.here = homes.children[band];
    if (need !== tq.ALL) {
      homes.now = homes.met[tq.pairOf(band, need)];
      return;
    }
    const now = new Uint8Array(homes.n).fill(1);
    pairs.forEach(function (pair, k) {
      if (pair[0] !== band) return;
      for (let i = 0; i < homes.n; i++) now[i] &= homes.met[k][i];
    });
    homes.now = now;
  }
  tq.on("choice", choose);

  // Children of the chosen band, how many of them have what was chosen, and their mean walk in metres, among homes.
  // The mean leaves out those who reach nothing, and is null when nobody reaches it or all needs are asked together.
  tq.sum = function (rows) {
    const pair = tq.choice.need === tq.ALL ? -1 : tq.pairOf(tq.choice.band, tq.choice.need);
    let children = 0, met = 0, walked = 0, walkers = 0;
    rows.forEach(function (i) {
      children += homes.here[i];
      if (homes.now[i]) met += homes.here[i];
      const metres = pair < 0 ? null : homes.metres(i, pair);
      if (metres !== null) {
        walked += metres * homes.here[i];
        walkers += homes.here[i];
      }
    });
    return { children: children, met: met, metres: walkers > 0 ? walked / walkers : null };
  };
}(window.tq = window.tq || {}));
