// Places: what is known of each, and their badges.
(function (tq) {
  "use strict";

  const data = tq.data, given = data.places, zooms = data.how.zoom;
  const MARK_PX = 15, DOT_PX = 3.2, BIN_UNITS = 1600, DERIVED = 2;

  const places = {
    n: given.n,
    kind: given.kind,
    label: given.label,
    named: tq.bits(given.named, given.n),
    inside: tq.bits(given.inside, given.n),
    attached: tq.bits(given.attached, given.n),
    size: tq.numbers(given.size, given.n),
    points: tq.points(given.points, given.n),
    tags: given.tags,
    outline: new Map(),
    outlines: tq.shapes(given.outlines.shapes),
    entrances: new Map()
  };
  tq.places = places;
  tq.numbers(given.outlines.place, places.outlines.n).forEach(function (place, s) { places.outline.set(place, s); });
  (function () {
    const n = tq.numbers(given.entrances.place, given.entrances.n);
    const points = tq.points(given.entrances.points, n.length);
    n.forEach(function (place, i) {
      if (!places.entrances.has(place)) places.entrances.set(place, []);
      places.entrances.get(place).push([points[2 * i], points[2 * i + 1], Number(given.entrances.how[i])]);
    });
  }());
  places.find = tq.pointIndex(places.points, places.n, BIN_UNITS);
  places.kindOf = function (place) { return data.kinds[places.kind[place]]; };
  places.latlng = function (place) { return tq.toLatLng(places.points[2 * place], places.points[2 * place + 1]); };
  tq.themeOf = {};
  data.themes.forEach(function (theme) { tq.themeOf[theme.id] = theme; });

  // Badges are drawn once for each kind and size.
  const drawn = new Map();
  function badge(kind, px, sharp) {
    const key = kind.id + ":" + px + ":" + sharp;
    if (drawn.has(key)) return drawn.get(key);
    const theme = tq.themeOf[kind.theme], shape = data.badges[theme.badge], canvas = document.createElement("canvas");
    const side = px + 6;
    canvas.width = canvas.height = Math.ceil(side * sharp);
    const pen = canvas.getContext("2d"), k = px / 32 * sharp, path = new Path2D(shape.path);
    pen.setTransform(k, 0, 0, k, 3 * sharp, 3 * sharp);
    pen.shadowColor = "rgba(58,50,48,0.35)";
    pen.shadowBlur = 3 * sharp;
    pen.shadowOffsetY = sharp;
    pen.lineWidth = 2 * shape.edge;
    pen.lineJoin = "round";
    pen.strokeStyle = theme.icon;
    pen.stroke(path);
    pen.shadowColor = "transparent";
    pen.fillStyle = theme.colour;
    pen.fill(path);
    const i = shape.icon[2] / 24;
    pen.transform(i, 0, 0, i, shape.icon[0], shape.icon[1]);
    pen.fillStyle = theme.icon;
    data.icons[kind.icon].forEach(function (part) { pen.fill(new Path2D(part[0]), part[1] ? "evenodd" : "nonzero"); });
    drawn.set(key, canvas);
    return canvas;
  }

  // The kinds that meet the choice.
  function wantedKinds() {
    const needs = tq.choice.need === tq.ALL ? tq.needsOf(tq.choice.band) : [tq.choice.need];
    const found = new Set();
    needs.forEach(function (need) { data.needs[need].kinds.forEach(function (kind) { found.add(kind); }); });
    return found;
  }

  // Whether the layer of crossings shows what this kind shows.
  function isReplaced(kind) { return tq.choice.crossings && data.how.crossing.instead_of.indexOf(kind.id) >= 0; }

  // Which places a view shows, the most wanted first: what meets the choice, then named ones, then large ones.
  function inView(view) {
    const wanted = wantedKinds(), found = [];
    places.find(view.box[0], view.box[1], view.box[2], view.box[3], function (i) {
      const kind = data.kinds[places.kind[i]], isWanted = wanted.has(places.kind[i]);
      if ((tq.choice.hidden.has(kind.id) || isReplaced(kind)) && i !== view.selected) return;
      if (kind.small ? view.zoom < zooms.small_marks_from : view.zoom < (isWanted ? zooms.badge_from : zooms.all_badges_from)) {
        if (i !== view.selected) return;
      }
      const rank = (i === view.selected ? 4e6 : 0) + (isWanted ? 2e6 : 0) + (kind.small ? 0 : 1e6) + (places.inside[i] ? 4e5 : 0) +
        (places.named[i] ? 2e5 : 0) + Math.min(places.size[i], 9999) * 10;
      found.push({ place: i, kind: kind, wanted: isWanted, rank: rank });
    });
    return found.sort(function (a, b) { return b.rank - a.rank || a.place - b.place; });
  }

  // Draw badges, and dots for those that find no room; returns what can be clicked.
  tq.drawBadges = function (pen, view, taken) {
    const px = tq.byZoom(data.how.badgePx, view.zoom), hits = [], late = [];
    inView(view).forEach(function (found) {
      const isMark = found.kind.small, chosen = found.place === view.selected;
      const side = Math.round(isMark ? MARK_PX : chosen ? px * 1.35 : found.wanted ? px : px * 0.84);
      const x = places.points[2 * found.place] * view.k - view.left, y = places.points[2 * found.place + 1] * view.k - view.top;
      const gap = view.zoom < 14 ? 3 : 1, half = side / 2 + gap;
      if (!taken.tryTake([x - half, y - half, x + half, y + half]) && !chosen) {
        if (!isMark && view.zoom >= 13 && taken.tryTake([x - DOT_PX, y - DOT_PX, x + DOT_PX, y + DOT_PX])) {
          pen.beginPath();
          pen.arc(x, y, DOT_PX, 0, 2 * Math.PI);
          pen.fillStyle = tq.themeOf[found.kind.theme].colour;
          pen.fill();
          pen.strokeStyle = "#fff";
          pen.lineWidth = 1.2;
          pen.stroke();
          hits.push({ x: x, y: y, r: 7, place: found.place });
        }
        return;
      }
      late.push({ x: x, y: y, side: side, kind: found.kind });
      hits.push({ x: x, y: y, r: side / 2 + 2, place: found.place, side: side, isMark: isMark });
    });
    late.reverse().forEach(function (b) {
      const sprite = badge(b.kind, b.side, view.sharp), size = b.side + 6;
      pen.drawImage(sprite, b.x - size / 2, b.y - size / 2, sprite.width / view.sharp, sprite.height / view.sharp);
    });
    return hits;
  };

  // Draw the chosen place's outline and its entrances.
  tq.drawOutline = function (pen, view) {
    const colour = view.selected === null ? null : tq.themeOf[places.kindOf(view.selected).theme].colour;
    if (!colour) return;
    if (places.outline.has(view.selected)) {
      pen.beginPath();
      tq.trace(pen, places.outlines, places.outline.get(view.selected), view.k, view.left, view.top, true);
      pen.globalAlpha = 0.16;
      pen.fillStyle = colour;
      pen.fill();
      pen.globalAlpha = 1;
      pen.strokeStyle = colour;
      pen.lineWidth = 2;
      pen.stroke();
    }
    (places.entrances.get(view.selected) || []).forEach(function (at) {
      pen.beginPath();
      pen.arc(at[0] * view.k - view.left, at[1] * view.k - view.top, 4, 0, 2 * Math.PI);
      pen.fillStyle = "#fff";
      pen.fill();
      pen.strokeStyle = colour;
      pen.lineWidth = 2.4;
      // nobody has seen a derived one
      pen.setLineDash(at[2] === DERIVED ? [2.5, 2.5] : []);
      pen.stroke();
      pen.setLineDash([]);
    });
  };
}(window.tq = window.tq || {}));
