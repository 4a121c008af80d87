// Where one starts: a place, a point of the map, or (served pages only, and only when asked for) where the phone is.
(function (tq) {
  "use strict";

  const say = tq.say, byId = tq.byId, el = tq.el;
  let ways = null, far = null;

  tq.here = null;

  function setHere(here) {
    tq.here = here;
    ways = here ? tq.waysFrom(here.stops) : null;
    far = null;
    tq.tell("here");
  }

  tq.startAtSight = function (sight) {
    setHere({ stops: sight.doors, x: sight.x, y: sight.y, sight: sight, name: sight.name });
  };

  tq.startAtPoint = function (x, y) {
    const stop = tq.snap(x, y);
    if (!stop) { tq.hint(say("There is no path here. Try next to a street.")); return false; }
    setHere({ stops: [stop], x: x, y: y, sight: null, name: null });
    return true;
  };

  tq.startNowhere = function () { setHere(null); };

  // Metres on foot to a sight; null where there is no way that is known to be safe.
  tq.metresTo = function (sight) {
    if (!ways) return null;
    if (!far) far = new Map();
    if (!far.has(sight.row)) far.set(sight.row, ways.metres(sight.doors));
    return far.get(sight.row);
  };

  tq.wayTo = function (sight) { return ways && tq.here.sight !== sight ? ways.trace(sight.doors) : null; };

  function showFrom() {
    const box = byId("tq-from");
    box.hidden = !tq.here;
    if (!tq.here) return;
    tq.fill(box, [
      tq.glyph("home"),
      tq.saying("span", {}, tq.here.name ? say("From: {name}", { name: tq.here.name }) : say("From: the place you chose")),
      el("button", { type: "button", "class": "plain", "aria-label": tq.t("Forget where I start"), on: { click: tq.startNowhere } }, [tq.glyph("close")])
    ]);
  }

  // One short sentence at the foot of the map.
  let timer = 0;
  tq.hint = function (said) {
    const box = byId("tq-hint");
    tq.fill(box, [tq.saying("p", {}, said)]);
    box.classList.add("shown");
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { box.classList.remove("shown"); }, 5000);
  };

  function locate() {
    tq.ask(say("Shall the map look where you are? The phone works it out; the page does not send it to anybody."), say("Yes, look"), function () {
      navigator.geolocation.getCurrentPosition(function (found) {
        const at = tq.toGrid(L.latLng(found.coords.latitude, found.coords.longitude));
        if (tq.startAtPoint(at.x, at.y)) tq.goTo(at.x, at.y);
      }, function () { tq.hint(say("The phone does not know where it is. Tap a place instead.")); }, { maximumAge: 60000, timeout: 20000 });
    });
  }

  tq.startHere = function () {
    const button = byId("tq-near"), isServed = /^https?:$/.test(window.location.protocol);
    button.appendChild(tq.glyph("locate"));
    button.hidden = !(isServed && navigator.geolocation);
    button.addEventListener("click", locate);
    tq.on("here", showFrom);
  };
}(window.tq = window.tq || {}));
