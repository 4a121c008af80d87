// Puts the parts together.
(function (tq) {
  "use strict";

  const data = tq.data, say = tq.say, byId = tq.byId, zooms = data.how.zoom, TOP_PX = 70, PAD_PX = 46;

  function makeMap() {
    const map = tq.map = L.map("tq-map", {
      zoomControl: false, attributionControl: false, minZoom: zooms.least, maxZoom: zooms.most, zoomSnap: 0.25, tapHold: true,
      zoomAnimation: tq.moves, fadeAnimation: tq.moves, markerZoomAnimation: tq.moves, inertia: tq.moves
    });
    map.getContainer().setAttribute("aria-label", tq.t("Map; the same places stand in the list"));
    map.setView(middleOf(data.district.box), zooms.least, { animate: false });
    return map;
  }

  function middleOf(box) { return tq.toLatLng((box[0] + box[2]) / 2, (box[1] + box[3]) / 2); }

  // The room for a map beside or above the drawer.
  function fit(west, north, east, south, most, pad, animate) {
    const map = tq.map, size = map.getSize(), below = tq.covered(), top = tq.isWide() ? 20 : TOP_PX;
    const box = L.latLngBounds(tq.toLatLng(west, south), tq.toLatLng(east, north));
    const room = L.point(Math.max(80, size.x - (tq.isWide() ? 2 : 3) * pad), Math.max(80, size.y - below - top - 2 * pad));
    let zoom = zooms.least;
    for (let z = zooms.least; z <= most; z += 0.25) {
      const wide = map.project(box.getNorthEast(), z).subtract(map.project(box.getSouthWest(), z));
      if (Math.abs(wide.x) <= room.x && Math.abs(wide.y) <= room.y) zoom = z;
    }
    move(box.getCenter(), zoom, top, below, animate);
  }

  function move(latlng, zoom, top, below, animate) {
    const middle = tq.map.project(latlng, zoom).add([0, (below - top) / 2]);
    tq.map.setView(tq.map.unproject(middle, zoom), zoom, { animate: animate && tq.moves });
  }

  tq.goTo = function (x, y) {
    move(tq.toLatLng(x, y), Math.max(tq.map.getZoom(), zooms.close - 1), tq.isWide() ? 0 : TOP_PX, tq.covered(), true);
  };

  tq.showLine = function (points) {
    const xs = points.map(function (p) { return p[0]; }), ys = points.map(function (p) { return p[1]; });
    fit(Math.min.apply(null, xs), Math.min.apply(null, ys), Math.max.apply(null, xs), Math.max.apply(null, ys), zooms.close, PAD_PX, true);
  };

  function showDistrict(animate) {
    const b = data.district.box;
    fit(b[0], b[1], b[2], b[3], zooms.first_most, 14, animate);
  }

  function listen(map) {
    map.on("click", function (event) {
      const sight = tq.dotAt(event.containerPoint);
      if (sight) { tq.openSight(sight); return; }
      const help = tq.helpAt(event.containerPoint);
      if (help) tq.hint(document.createTextNode(help));
    });
    map.on("contextmenu", function (event) {
      const at = tq.toGrid(event.latlng);
      if (tq.startAtPoint(at.x, at.y)) tq.hint(say("You start here. Now choose a place!"));
    });
    byId("tq-in").addEventListener("click", function () { map.zoomIn(); });
    byId("tq-out").addEventListener("click", function () { map.zoomOut(); });
    byId("tq-home").appendChild(tq.glyph("compass"));
    byId("tq-home").addEventListener("click", function () { showDistrict(true); });
    byId("tq-pinyin").addEventListener("click", function () {
      const on = !document.body.classList.contains("pinyin");
      tq.memory.set("pinyin", on);
      tq.showPinyin(on);
    });
    window.addEventListener("hashchange", function () { readAddress(window.location.hash); });
    window.addEventListener("resize", function () { map.invalidateSize({ animate: false }); });
  }

  // #theme=learn, #sight=12: what the codes on paper say.
  function readAddress(hash) {
    const asked = /^#(theme|sight)=(\w+)$/.exec(hash);
    if (!asked) return;
    if (asked[1] === "theme" && tq.themeOf[asked[2]]) tq.choose({ theme: asked[2] });
    const sight = asked[1] === "sight" && data.sights.filter(function (s) { return s.number === Number(asked[2]); })[0];
    if (sight) tq.openSight(sight);
    else if (asked[1] === "sight") tq.hint(say("This number is not on the map any more."));
  }

  // A served page can be kept on the phone; the service says so by a link that the file does not have.
  function settle() {
    if (document.querySelector("link[rel=manifest]") && navigator.serviceWorker) {
      navigator.serviceWorker.register("children/sw.js", { scope: "./children" }).catch(function () { return null; });
    }
  }

  tq.moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const asked = window.location.hash; // the choice writes its own there
  tq.setDrawer("low");
  tq.showView("find");
  const map = makeMap();
  tq.startDrawer();
  tq.startList();
  tq.startHere();
  tq.startCard();
  tq.startStamps();
  tq.startMarks();
  new tq.Paper({ minZoom: zooms.least, maxZoom: zooms.most }).addTo(map);
  showDistrict(false);
  tq.overlay = new tq.Overlay();
  tq.overlay.addTo(map);
  const age = tq.memory.get("age");
  tq.showPinyin(tq.memory.get("pinyin") === true);
  tq.choose({ age: data.ages.some(function (a) { return a.age === age; }) ? age : null });
  listen(map);
  readAddress(asked);
  settle();
  document.body.classList.add("ready");
}(window.tq = window.tq || {}));
