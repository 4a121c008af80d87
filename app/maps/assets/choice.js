// What the reader has chosen: an age band, a need (or all together), and which kinds of places are shown.
(function (tq) {
  "use strict";

  const data = tq.data, t = tq.t, ALL = -1;
  tq.ALL = ALL;
  tq.choice = { band: 0, need: ALL, hidden: new Set(), crossings: false };

  // The pair (column of figures) of a band and a need, or -1.
  tq.pairOf = function (band, need) {
    return data.pairs.findIndex(function (pair) { return pair[0] === band && pair[1] === need; });
  };

  // The needs of a band, in the standard's order.
  tq.needsOf = function (band) {
    return data.pairs.filter(function (pair) { return pair[0] === band; }).map(function (pair) { return pair[1]; });
  };

  // A figure of the table: children, met, surely, possibly, doubt. Rows are the zones and, last, the whole district.
  tq.figure = function (band, need, row) {
    const column = data.table.columns[need === ALL ? data.pairs.length + band : tq.pairOf(band, need)];
    return Object.assign({ children: data.table.children[band][row] }, column[row]);
  };
  tq.WHOLE = data.table.children[0].length - 1;

  // The need that stands in for one that a band does not have: the first of the same theme, else all together.
  function standIn(band, need) {
    const known = tq.needsOf(band);
    if (need === ALL || known.indexOf(need) >= 0) return need;
    const same = known.filter(function (other) { return data.needs[other].theme === data.needs[need].theme; });
    return same.length ? same[0] : ALL;
  }

  tq.choose = function (band, need) {
    tq.choice.band = band;
    tq.choice.need = standIn(band, need);
    tq.tell("choice");
  };

  tq.show = function (kind, shown) {
    if (shown) tq.choice.hidden.delete(kind);
    else tq.choice.hidden.add(kind);
    tq.tell("shown");
  };

  tq.isIndicative = function (band, need) {
    return data.bands[band].status !== "V" || data.needs[need].status !== "V";
  };

  // A need's limit in words: minutes, or metres where the standard speaks of metres.
  tq.limitText = function (need) {
    const rule = data.needs[need];
    return rule.minutes !== null ? t("{n} minutes", { n: rule.minutes }) : t("{n} m", { n: rule.distance });
  };

  tq.needName = function (need) { return need === ALL ? t("All of them") : data.needs[need].name; };

  // Walking time of a distance at the chosen band's speed, in words; rounded up where that was too far, so that no
  // "15 minutes" misses a limit of 15 minutes.
  tq.minutesText = function (metres, tooFar) {
    const minutes = metres / data.bands[tq.choice.band].speed / 60;
    return minutes < 1 ? t("under 1 minute") : t("{n} minutes", { n: tooFar ? Math.ceil(minutes) : Math.round(minutes) });
  };

  // The choice stands in the address, so that a bookmark or a print shows what was seen.
  tq.readAddress = function () {
    const wanted = {};
    location.hash.slice(1).split("&").forEach(function (part) {
      const cut = part.split("=");
      wanted[cut[0]] = cut[1];
    });
    tq.choice.crossings = wanted.show === "crossings";
    const band = data.bands.findIndex(function (b) { return b.id === wanted.band; });
    const chosen = band < 0 ? 0 : band;
    const need = wanted.need === "all" ? ALL : data.needs.findIndex(function (n) { return n.id === wanted.need; });
    const known = tq.needsOf(chosen);
    const isKnown = wanted.need === "all" || known.indexOf(need) >= 0;
    tq.choose(chosen, isKnown ? need : known.length ? known[0] : ALL);
  };

  function writeAddress() {
    const need = tq.choice.need === ALL ? "all" : data.needs[tq.choice.need].id;
    const address = "#band=" + data.bands[tq.choice.band].id + "&need=" + need + (tq.choice.crossings ? "&show=crossings" : "");
    if (location.hash !== address) location.replace(address);
  }
  tq.on("choice", writeAddress);
  tq.on("crossings", writeAddress);
}(window.tq = window.tq || {}));
