// What a click tells: a place, a home, a hexagon, a zone, a street, a gap. Built from elements and text nodes only.
(function (tq) {
  "use strict";

  const data = tq.data, el = tq.el, t = tq.t, places = tq.places, homes = tq.homes;
  const KNOWN = { yes: true, no: true, limited: true, designated: true };

  function open(latlng, content, onClose, least) {
    const wide = window.innerWidth > 760, panel = tq.byId("tq-panel").getBoundingClientRect();
    const popup = L.popup({
      maxWidth: Math.min(330, window.innerWidth - 60), minWidth: least || 190, maxHeight: Math.round(window.innerHeight * 0.55),
      autoPanPaddingTopLeft: [wide ? panel.right + 16 : 12, 70],
      autoPanPaddingBottomRight: [wide ? 64 : 12, wide ? 40 : Math.max(24, window.innerHeight - panel.top + 100)]
    });
    if (data.district.synthetic) content.appendChild(el("p", { "class": "invented-small", text: t("Invented sample data") }));
    popup.setLatLng(latlng).setContent(content);
    if (onClose) popup.on("remove", onClose);
    popup.openOn(tq.map);
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", t("Close"));
    close.setAttribute("title", t("Close"));
    return popup;
  }
  tq.openPopup = open;

  function facts(pairs) {
    const list = el("dl");
    pairs.forEach(function (pair) {
      if (!pair || pair[1] === undefined || pair[1] === null || pair[1] === "") return;
      list.appendChild(el("dt", { text: pair[0] }));
      list.appendChild(el("dd", { text: pair[1] }));
    });
    return list;
  }

  // The values that mappers use most are translated; everything else is shown as it was written.
  function value(text) {
    if (!KNOWN[text]) return text;
    return { yes: t("Yes"), no: t("No"), limited: t("Partly"), designated: t("Yes") }[text];
  }

  function ages(tags) {
    if (!tags.min_age && !tags.max_age) return null;
    return (tags.min_age || "0") + "–" + (tags.max_age || "");
  }

  // All entrances of a place are known in the same way.
  function entrancesOf(gates) {
    if (!gates) return null;
    return gates.length + " · " + [t("listed by the office"), t("mapped"), t("derived from the outline")][gates[0][2]];
  }

  tq.openPlace = function (place) {
    const kind = places.kindOf(place), theme = tq.themeOf[kind.theme], tags = places.tags[place] || {};
    const gates = places.entrances.get(place);
    const rows = facts([
      [t("Address"), tags.address], [t("Opening hours"), tags.opening_hours], [t("Fee"), value(tags.fee)], [t("Wheelchair"), value(tags.wheelchair)],
      [t("For ages"), ages(tags)], [t("Capacity"), tags.capacity], [t("Run by"), tags.operator], [t("Phone"), tags.phone],
      [t("Website"), tags.website], [t("Entrances"), entrancesOf(gates)],
      [t("Source"), sourceOf(place)]
    ]);
    const content = el("div", { "class": "popup theme-" + kind.theme }, [
      el("p", { "class": "kind", text: theme.name + " · " + kind.name }),
      el("h3", { text: places.label[place] }),
      places.named[place] ? null : el("p", { "class": "quiet", text: t("Nameless in the source; called after its street") }),
      places.attached[place] ? null : el("p", { "class": "warn", text: t("No street is near enough: this place does not count") }),
      places.inside[place] ? null : el("p", { "class": "quiet", text: t("Outside the district, but children may walk there") }),
      rows
    ]);
    tq.overlay.select(place);
    return open(places.latlng(place), content, function () { if (tq.overlay.selected === place) tq.overlay.select(null); });
  };

  function sourceOf(place) {
    if (data.district.synthetic) return t("Invented sample data");
    const sources = data.places.sources, source = sources.columns[sources.of[place]];
    return source === "osm" ? "OpenStreetMap" : source;
  }

  function bandName() { return data.bands[tq.choice.band].name; }
  function zoneLine(zone) {
    if (zone < 0) return null;
    return el("p", { "class": "more" }, [el("button", {
      type: "button", text: t("Zone: {name}", { name: tq.zones.names[zone] }), on: { click: function () { tq.openZone(zone); } }
    })]);
  }

  // What is in doubt at a home, in words.
  function doubtText(met, cause) {
    const values = { cause: data.causes[cause].name };
    return met ? t("within reach, but in doubt: {cause}", values) : t("possibly within reach: {cause}", values);
  }

  // A share with its bounds, the bounds in quiet type.
  function shareWithBounds(figure) {
    return [
      el("span", { text: tq.share(figure.met, figure.children) }),
      el("span", { "class": "range", text: tq.interval(figure.surely, figure.possibly, figure.children) })
    ];
  }

  function doubtList(doubts) {
    if (!doubts.length) return null;
    return el("div", { "class": "doubt" }, [
      el("p", { text: t("In doubt") }), el("ul", { "class": "doubt-list" }, tq.doubtItems(doubts, false))
    ]);
  }

  // All needs of the chosen band at a home: how far, to where, and what is in doubt.
  tq.openHome = function (home) {
    const band = tq.choice.band, table = el("table");
    tq.needsOf(band).forEach(function (need) {
      const pair = tq.pairOf(band, need), metres = homes.metres(home, pair), place = homes.place[pair][home];
      const met = homes.met[pair][home] === 1, chosen = need === tq.choice.need, cause = homes.cause[pair][home];
      table.appendChild(el("tr", { "class": (met ? "met" : "unmet") + (chosen ? " chosen" : "") }, [
        el("th", { scope: "row" }, [el("i", { "aria-hidden": "true", text: met ? "✓" : "✗" }), el("span", { text: data.needs[need].name })]),
        el("td", { text: metres === null ? t("out of reach") : tq.minutesText(metres, !met) }),
        el("td", { "class": "where" }, [place < 0 ? null : el("button", {
          type: "button", text: places.label[place], on: { click: function () { tq.showPlace(place); } }
        })])
      ]));
      if (cause === tq.NO_DOUBT) return;
      table.appendChild(el("tr", { "class": "doubt-row" + (chosen ? " chosen" : "") }, [
        el("td", { colspan: 3, text: doubtText(met, cause) })
      ]));
    });
    const content = el("div", { "class": "popup" }, [
      el("p", { "class": "kind", text: t("Home · ages {band}", { band: bandName() }) }),
      el("h3", { text: t("About {people} here", { people: tq.people(homes.here[home]) }) }),
      table, zoneLine(homes.zone[home])
    ]);
    return open(tq.toLatLng(homes.points[2 * home], homes.points[2 * home + 1]), content, null, Math.min(310, window.innerWidth - 70));
  };

  tq.openHexagon = function (found) {
    const sum = found.sum, cell = found.cell, need = tq.choice.need;
    const zone = commonZone(cell.homes);
    const content = el("div", { "class": "popup" }, [
      el("p", { "class": "kind", text: t("Hexagon · ages {band}", { band: bandName() }) }),
      el("h3", {}, [el("span", { text: tq.needName(need) + "  " })].concat(shareWithBounds(sum))),
      facts([
        [data.areChildren ? t("Number of children") : t("Estimated homes"), tq.count(sum.children)],
        [t("Within reach"), tq.count(sum.met)],
        need === tq.ALL ? null : [t("To the nearest, on average"), sum.metres === null ? t("out of reach") : tq.minutesText(sum.metres)]
      ]),
      doubtList(tq.doubtsOf(sum)), zoneLine(zone)
    ]);
    return open(tq.toLatLng(cell.x, cell.y), content);
  };

  function commonZone(rows) {
    const n = new Map();
    rows.forEach(function (i) { n.set(homes.zone[i], (n.get(homes.zone[i]) || 0) + homes.here[i]); });
    return Array.from(n.entries()).sort(function (a, b) { return b[1] - a[1]; })[0][0];
  }

  // A zone's figures for the chosen band.
  tq.openZone = function (zone) {
    const band = tq.choice.band, table = el("table");
    tq.needsOf(band).concat(tq.ALL).forEach(function (need) {
      const figure = tq.figure(band, need, zone);
      table.appendChild(el("tr", { "class": need === tq.choice.need ? "chosen" : null }, [
        el("th", { scope: "row", text: tq.needName(need) }),
        el("td", {}, shareWithBounds(figure)),
        el("td", { text: tq.count(figure.met) + " / " + tq.count(figure.children) })
      ]));
    });
    const content = el("div", { "class": "popup" }, [
      el("p", { "class": "kind", text: t("Zone · ages {band}", { band: bandName() }) }),
      el("h3", { text: tq.zones.names[zone] }), table,
      doubtList(tq.figure(band, tq.choice.need, zone).doubt)
    ]);
    return open(tq.toLatLng(tq.zones.points[2 * zone], tq.zones.points[2 * zone + 1]), content);
  };

  tq.openStreet = function (name, latlng) {
    return open(latlng, el("div", { "class": "popup" }, [el("p", { "class": "kind", text: t("Street") }), el("h3", { text: name })]));
  };

  // A crossing of a big road: how safe it is known to be, and what the rules say where nothing protects.
  tq.openCrossing = function (i) {
    const crossings = tq.crossings, given = data.crossings, grade = given.grades[crossings.grade[i]];
    const road = given.roads[crossings.road[i]], name = given.names[crossings.name[i]], band = tq.choice.band;
    const grades = {
      mapped: t("a marked crossing, a bridge or an underpass is mapped"),
      signals: t("traffic lights near: taken for safe"),
      assumed: t("a junction of main roads: taken for safe, as if it had lights"),
      none: t("nothing protects there, or nothing is mapped")
    };
    const values = { band: bandName(), n: given.wait[band] };
    const rule = grade !== "none" ? null : road.closed.indexOf(band) >= 0
      ? t("By the rules, children aged {band} do not cross here", values)
      : t("By the rules, children aged {band} cross here after waiting {n} s", values);
    return open(crossings.latlng(i), el("div", { "class": "popup" }, [
      el("p", { "class": "kind", text: t("Crossing of a main road") }),
      el("h3", { text: name === undefined ? road.name : name }),
      el("p", { "class": grade === "none" ? "warn" : null, text: grades[grade] }),
      facts([[t("Road class"), road.name], [t("Refuge in the middle"), crossings.island[i] ? t("Yes") : null]]),
      rule ? el("p", { "class": "quiet", text: rule }) : null
    ]));
  };

  // What may yet be within reach of those who live in a gap.
  function doubtsInGap(gap) {
    const far = data.gapRadius / data.grid.ground, rows = [];
    homes.find(gap.x - far, gap.y - far, gap.x + far, gap.y + far, function (i) {
      if (Math.hypot(homes.points[2 * i] - gap.x, homes.points[2 * i + 1] - gap.y) <= far) rows.push(i);
    });
    return tq.doubtsOf(tq.sum(rows)).filter(function (doubt) { return !tq.takes(doubt[0]); });
  }

  tq.openGap = function (gap, latlng) {
    return open(latlng, el("div", { "class": "popup gap" }, [
      el("p", { "class": "kind", text: t("Gap · ages {band}", { band: bandName() }) }),
      el("h3", { text: tq.gapText(gap) }),
      el("p", { text: t("within {radius} m of this point, more than {limit} on foot from the nearest", {
        radius: data.gapRadius, limit: tq.limitText(tq.choice.need)
      }) }),
      doubtList(doubtsInGap(gap)), zoneLine(gap.zone)
    ]));
  };
}(window.tq = window.tq || {}));
