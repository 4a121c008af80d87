// Puts the parts together on the map that Folium made.
(function (tq) {
  "use strict";

  const data = tq.data, t = tq.t, zooms = data.how.zoom, NEAR_HOME_PX = 10, CLOSE = 17;
  const map = tq.map = window.map_tongquan;

  function start() {
    const box = map.getContainer();
    box.setAttribute("aria-label", t("Map; the same figures stand in the table"));
    tq.ground = new tq.Ground({ minZoom: zooms.least, maxZoom: zooms.most });
    tq.overlay = new tq.Overlay();
    tq.startPanel();
    tq.startTable();
    if (window.innerWidth <= 760) tq.fold(true);
    tq.on("choice", function () { tq.drawScale(); tq.placeScale(); });
    tq.readAddress();
    showDistrict();
    tq.placeScale();
    tq.drawGaps();
    tq.ground.addTo(map);
    tq.overlay.addTo(map);
    tq.on("choice", function () {
      map.closePopup();
      tq.drawGaps();
      tq.ground.repaint();
      tq.overlay.draw();
    });
    tq.on("crossings", function () {
      tq.ground.repaint();
      tq.overlay.draw();
    });
    tq.on("shown", function () { tq.overlay.draw(); });
    tq.startSearch();
    listen();
    onZoom();
    document.body.classList.add("ready");
  }

  // The parts of the window that the panel covers: [left, bottom] in pixels.
  function covered() {
    const panel = tq.byId("tq-panel").getBoundingClientRect();
    if (document.body.classList.contains("printing")) return [panel.right, 0];
    if (window.innerWidth > 760) return [document.body.classList.contains("folded") ? 0 : panel.right, 0];
    return [0, Math.max(0, window.innerHeight - panel.top)];
  }

  function bounds(west, north, east, south) { return L.latLngBounds(tq.toLatLng(west, south), tq.toLatLng(east, north)); }

  // Fit a box, or that much more than what fits, into what is left of the window beside the panel.
  function fit(box, options) {
    const hidden = covered(), size = map.getSize(), top = 60;
    const room = L.point(Math.max(80, size.x - hidden[0]), Math.max(80, size.y - hidden[1] - top));
    let zoom = zooms.least;
    for (let z = zooms.least; z <= Math.min(options.most, zooms.most); z += 0.5) {
      const wide = map.project(box.getNorthEast(), z).subtract(map.project(box.getSouthWest(), z));
      if (Math.abs(wide.x) <= room.x * options.over && Math.abs(wide.y) <= room.y * options.over) zoom = z;
    }
    move(box.getCenter(), zoom, options.animate);
  }

  // Show a point in the middle of what the panel leaves free.
  function move(latlng, zoom, animate) {
    const hidden = covered();
    const middle = map.unproject(map.project(latlng, zoom).subtract([hidden[0] / 2, -hidden[1] / 2]), zoom);
    map.setView(middle, zoom, { animate: animate });
  }

  function showDistrict(animate) {
    const b = data.district.box;
    map.invalidateSize();
    fit(bounds(b[0], b[1], b[2], b[3]), { most: 16, over: 1, animate: Boolean(animate) });
  }

  tq.goTo = function (latlng, zoom) {
    if (window.innerWidth <= 760) tq.fold(true);
    move(latlng, zoom, false);
  };

  tq.showPlace = function (place) {
    map.closePopup();
    tq.goTo(tq.places.latlng(place), Math.max(map.getZoom(), CLOSE));
    tq.openPlace(place);
  };

  tq.showZone = function (zone) {
    const b = tq.zones.shapes.box;
    if (window.innerWidth <= 760) tq.fold(true);
    fit(bounds(b[4 * zone], b[4 * zone + 1], b[4 * zone + 2], b[4 * zone + 3]), { most: 15, over: 1, animate: false });
    tq.openZone(zone);
  };

  tq.showStreet = function (street) {
    const lines = tq.streets.shapes, r = longestRing(lines, street);
    const middle = Math.floor((lines.ringAt[r] + lines.ringAt[r + 1]) / 2);
    const latlng = tq.toLatLng(lines.points[2 * middle], lines.points[2 * middle + 1]);
    tq.goTo(latlng, Math.max(map.getZoom(), CLOSE));
    tq.openStreet(tq.streets.names[street], latlng);
  };

  function longestRing(lines, street) {
    let best = lines.shapeAt[street], most = -1;
    for (let r = lines.shapeAt[street]; r < lines.shapeAt[street + 1]; r++) {
      let length = 0;
      for (let i = lines.ringAt[r] + 1; i < lines.ringAt[r + 1]; i++) {
        length += Math.hypot(lines.points[2 * i] - lines.points[2 * i - 2], lines.points[2 * i + 1] - lines.points[2 * i - 1]);
      }
      if (length > most) { most = length; best = r; }
    }
    return best;
  }

  // The home under a point: the building around it, else the nearest point; -1 when there is none.
  function homeAt(x, y) {
    const homes = tq.homes, near = NEAR_HOME_PX / tq.scaleAt(map.getZoom());
    let found = -1, best = near;
    if (tq.buildings) {
      tq.buildings.find(x, y, x, y, function (s) { if (s < homes.built && tq.holds(tq.buildings.shapes, s, x, y)) found = s; });
    }
    if (found >= 0) return found;
    homes.find(x - near, y - near, x + near, y + near, function (i) {
      const far = Math.hypot(homes.points[2 * i] - x, homes.points[2 * i + 1] - y);
      if (i >= homes.built && far < best) { best = far; found = i; }
    });
    return found;
  }

  function onClick(event) {
    const place = tq.overlay.placeAt(event.containerPoint), at = tq.toGrid(event.latlng), zoom = tq.groundZoom();
    if (place !== null) { tq.openPlace(place); return; }
    const crossing = tq.overlay.crossingAt(event.containerPoint);
    if (crossing !== null) { tq.openCrossing(crossing); return; }
    if (zoom >= zooms.home_from) {
      const home = homeAt(at.x, at.y);
      if (home >= 0) { tq.openHome(home); return; }
    } else {
      const found = tq.hexagonAt(at.x, at.y, tq.metresPerPixel(zoom));
      if (found && found.sum.children > 0) { tq.openHexagon(found); return; }
    }
    for (let zone = 0; zone < tq.zones.n; zone++) {
      if (tq.holds(tq.zones.shapes, zone, at.x, at.y)) { tq.openZone(zone); return; }
    }
  }

  // A badge under the mouse says its name.
  let tip = null, tipped = null;
  function onMouse(event) {
    const place = tq.overlay.placeAt(event.containerPoint);
    const isMark = place !== null || tq.overlay.crossingAt(event.containerPoint) !== null;
    map.getContainer().classList.toggle("pointing", isMark);
    if (place === tipped) return;
    tipped = place;
    if (tip) { tip.remove(); tip = null; }
    if (place === null) return;
    tip = L.tooltip({ direction: "top", offset: [0, -12], opacity: 1 }).setLatLng(tq.places.latlng(place))
      .setContent(tq.el("span", { text: tq.places.label[place] })).addTo(map);
  }

  // Let the panel be no higher than the sheet, whatever it says.
  function shrinkPanel(most) {
    const panel = tq.byId("tq-panel"), room = (most - 2 * panel.offsetTop) / panel.offsetHeight;
    if (room < 1) panel.style.zoom = room; // not a transform: it would leave the height, and a second sheet
  }

  // Lay the page out for a sheet of paper and show there what is on the screen; then go back.
  let before = null;
  function forPaper(isPaper) {
    if (isPaper === Boolean(before)) return;
    if (isPaper) {
      tq.setView("map");
      const hidden = covered(), size = map.getSize();
      before = { center: map.getCenter(), zoom: map.getZoom() };
      const seen = L.latLngBounds(
        map.containerPointToLatLng([hidden[0], size.y - hidden[1]]), map.containerPointToLatLng([size.x, 0]));
      document.body.classList.add("printing");
      map.invalidateSize({ pan: false, animate: false });
      shrinkPanel(map.getSize().y);
      fit(seen, { most: zooms.most, over: 1.2, animate: false });
    } else {
      document.body.classList.remove("printing");
      tq.byId("tq-panel").style.zoom = "";
      map.invalidateSize({ pan: false, animate: false });
      map.setView(before.center, before.zoom, { animate: false });
      before = null;
    }
  }

  function onZoom() {
    tq.arrangeGaps();
    tq.drawScale();
  }

  function listen() {
    map.on("click", onClick);
    map.on("mousemove", onMouse);
    map.on("zoomend", onZoom);
    map.on("popupopen popupclose", function (event) {
      document.body.classList.toggle("popup-open", event.type === "popupopen");
    });
    tq.byId("tq-in").addEventListener("click", function () { map.zoomIn(); });
    tq.byId("tq-out").addEventListener("click", function () { map.zoomOut(); });
    tq.byId("tq-home").addEventListener("click", function () { map.closePopup(); showDistrict(true); });
    window.addEventListener("resize", tq.placeScale);
    window.addEventListener("beforeprint", function () { forPaper(true); });
    window.addEventListener("afterprint", function () { forPaper(false); });
  }

  start();
}(window.tq = window.tq || {}));
