// The homes, and whether the chosen children there reach what was chosen.
(function (tq) {
  "use strict";

  const given = tq.data.homes, pairs = tq.data.pairs;
  const UNREACHED = 65535;

  const homes = {
    n: given.n,
    built: given.built,
    points: tq.points(given.points, given.n),
    zone: tq.numbers(given.zone, given.n),
    children: given.children.of.map(function (column, band) {
      return tq.amounts(given.children.columns[column], given.children.largest[band]);
    }),
    distance: tq.columns(given.distance, given.n),
    place: tq.columns(given.place, given.n),
    met: (function () {
      const made = given.met.columns.map(function (text) { return tq.bits(text, given.n); });
      return given.met.of.map(function (column) { return made[column]; });
    }()),
    cause: tq.columns(given.cause, given.n), // why it is doubtful whether a pair is met
    now: new Uint8Array(given.n), // 1: the choice is met
    doubt: new Int32Array(given.n), // why that is doubtful
    here: new Float32Array(given.n) // children of the chosen band
  };
  tq.homes = homes;
  homes.find = tq.pointIndex(homes.points, homes.n, 800);

  // Walking metres from a home to the nearest place of a pair; null when none can be reached.
  homes.metres = function (home, pair) {
    const metres = homes.distance[pair][home];
    return metres === UNREACHED ? null : metres;
  };

  // How a home is drawn: whether it has what was chosen, and whether that is in doubt: hatched where the walk leaves the data.
  homes.answer = function (home) { return !(homes.here[home] > 0) ? "none" : homes.now[home] ? "met" : "unmet"; };
  homes.inDoubt = function (home) {
    if (!(homes.here[home] > 0) || homes.doubt[home] === tq.NO_DOUBT) return null;
    return homes.doubt[home] === tq.DATA_EDGE ? "hatched" : "doubtful";
  };

  function choose() {
    const band = tq.choice.band, need = tq.choice.need;
    homes.here = homes.children[band];
    if (need !== tq.ALL) {
      homes.now = homes.met[tq.pairOf(band, need)];
      homes.doubt = homes.cause[tq.pairOf(band, need)];
      return;
    }
    const of = pairs.map(function (pair, k) { return pair[0] === band ? k : -1; }).filter(function (k) { return k >= 0; });
    homes.now = new Uint8Array(homes.n);
    homes.doubt = new Int32Array(homes.n);
    for (let i = 0; i < homes.n; i++) {
      homes.now[i] = of.every(function (k) { return homes.met[k][i]; }) ? 1 : 0;
      homes.doubt[i] = causeOfAll(of, i);
    }
  }
  tq.on("choice", choose);

  // Why it is doubtful whether a home meets all of some pairs; the same as geo/bounds.py's cause_of_all. Where all are met:
  // the first cause that may take one away. Where some are not, and all may be: the last that must be cleared up.
  function causeOfAll(of, i) {
    let first = tq.NO_DOUBT, last = tq.NO_DOUBT, possible = true, all = true;
    of.forEach(function (k) {
      const cause = homes.cause[k][i];
      if (homes.met[k][i]) {
        if (cause && (!first || cause < first)) first = cause;
      } else {
        all = false;
        if (!cause) possible = false;
        last = Math.max(last, cause);
      }
    });
    return all ? first : possible ? last : tq.NO_DOUBT;
  }

  // Children of the chosen band among homes: how many have what was chosen, surely and possibly; how many are in doubt,
  // by cause; and their mean walk in metres, which leaves out those who reach nothing, and is null when nobody reaches it
  // or all needs are asked together.
  tq.sum = function (rows) {
    const pair = tq.choice.need === tq.ALL ? -1 : tq.pairOf(tq.choice.band, tq.choice.need);
    let children = 0, met = 0, surely = 0, possibly = 0, walked = 0, walkers = 0;
    const doubt = tq.data.causes.map(function () { return 0; });
    rows.forEach(function (i) {
      children += homes.here[i];
      if (homes.now[i]) met += homes.here[i];
      if (homes.now[i] && homes.doubt[i] === tq.NO_DOUBT) surely += homes.here[i];
      if (homes.now[i] || homes.doubt[i] !== tq.NO_DOUBT) possibly += homes.here[i];
      doubt[homes.doubt[i]] += homes.here[i];
      const metres = pair < 0 ? null : homes.metres(i, pair);
      if (metres !== null) {
        walked += metres * homes.here[i];
        walkers += homes.here[i];
      }
    });
    return {
      children: children, met: met, surely: surely, possibly: possibly, doubt: doubt,
      metres: walkers > 0 ? walked / walkers : null
    };
  };
}(window.tq = window.tq || {}));
