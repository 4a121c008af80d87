// The card of a place, and of a walk.
(function (tq) {
  "use strict";

  const say = tq.say, el = tq.el, byId = tq.byId, data = tq.data;
  const KINDS = {
    lights: function (n) { return say("{n} with lights", { n: n }); },
    zebra: function (n) { return say("{n} with a zebra", { n: n }); },
    junction: function (n) { return say("{n} at a big junction, look for the lights", { n: n }); }
  };

  tq.shown = null; // the sight of the card
  tq.way = null; // {points, crossings, metres} that the map draws
  tq.walk = null;

  function fact(icon, said, extra) {
    return el("li", { "class": icon }, [tq.sign(icon), el("span", {}, [tq.saying("span", {}, said), extra || null])]);
  }

  function known(value, yes, no, unknown) { return value === null ? unknown : value ? yes : no; }

  function facts(sight) {
    const open = tq.openToday(sight, tq.now()), hours = tq.hoursToday(sight, tq.now()), more = [];
    if (hours && open.open) more.push(el("small", { text: hours }));
    if (sight.opening && sight.opening.seasonal) more.push(tq.saying("small", {}, say("Times change with the season")));
    if (sight.opening && sight.opening.holiday === false) more.push(tq.saying("small", {}, say("Closed on holidays")));
    if (sight.opening && sight.opening.holiday === null) more.push(tq.saying("small", {}, say("On holidays, ask first")));
    return el("ul", { "class": "facts" }, [
      fact("clock", open.text, more.length ? el("span", { "class": "more" }, more) : null),
      fact("child", sight.ages[1] >= 17 ? say("From {first} years on", { first: sight.ages[0] }) : say("For ages {first} to {last}", { first: sight.ages[0], last: sight.ages[1] })),
      fact("free", known(sight.free, say("Costs nothing"), say("One has to pay"), say("Free or not? Ask first."))),
      fact("wheels", known(sight.stepFree, say("No steps: pushchairs get in"), say("There are steps"), say("Steps or not? Ask first."))),
      fact("rain", known(sight.indoor, say("Inside: good on a rainy day"), say("Outside"), say("Inside or outside? Ask first.")))
    ]);
  }

  function crossings(way) {
    const n = {}, told = [];
    if (!way.crossings.length) return tq.saying("p", { "class": "safe" }, say("No big road to cross"));
    way.crossings.forEach(function (c) { n[c.kind] = (n[c.kind] || 0) + 1; });
    Object.keys(KINDS).forEach(function (kind) { if (n[kind]) told.push(tq.saying("li", { "class": kind }, KINDS[kind](n[kind]))); });
    const count = way.crossings.length;
    return el("div", { "class": "crossings" }, [
      tq.saying("p", {}, count === 1 ? say("You cross 1 big road:") : say("You cross big roads {n} times:", { n: count })), el("ul", {}, told)
    ]);
  }

  function wayBox(sight) {
    if (!tq.here) return tq.saying("p", { "class": "tip" }, say("How far is it? Press long on the map where you are."));
    if (tq.here.sight === sight) return tq.saying("p", { "class": "tip" }, say("You start here"));
    if (!tq.way) return tq.saying("p", { "class": "tip none" }, say("Too far, or no safe way known"));
    return el("div", { "class": "way" }, [
      tq.saying("p", { "class": "walked" }, say("{n} min on foot", { n: tq.saying("b", {}, document.createTextNode(String(tq.minutes(tq.way.metres)))) })),
      crossings(tq.way),
      tq.saying("p", { "class": "small" }, say("Along ways that are safe for a child of {age}", { age: data.how.wayAge }))
    ]);
  }

  function top(back) {
    return el("div", { "class": "top" }, [
      el("button", { type: "button", "class": "back", on: { click: back } }, [tq.sign("arrow"), tq.saying("span", {}, say("Back"))])
    ]);
  }

  function draw() {
    const sight = tq.shown;
    if (!sight) return;
    const isHere = tq.memory.has(sight.id), card = byId("tq-card");
    card.className = sight.theme;
    card.setAttribute("aria-labelledby", "tq-card-name");
    tq.fill(card, [
      top(tq.closeCard),
      el("div", { "class": "title" }, [
        tq.badge(sight),
        el("div", {}, [
          tq.saying("h2", { id: "tq-card-name" }, tq.pin(sight.name)),
          sight.english ? el("p", { "class": "english", lang: "en", text: sight.english }) : null,
          el("p", { "class": "tags" }, [
            sight.star ? tq.saying("em", { "class": "must" }, say("Don't miss it")) : null,
            sight.isNew ? tq.saying("em", { "class": "new" }, say("New")) : null,
            tq.saying("span", {}, tq.pin(sight.kind))
          ])
        ])
      ]),
      sight.picture ? el("img", { "class": "picture", src: sight.picture, alt: sight.name[0] }) : null,
      sight.text ? tq.saying("p", { "class": "text" }, tq.pin(sight.text)) : null,
      wayBox(sight),
      el("div", { "class": "row" }, [
        el("button", { type: "button", "class": "big stamp", id: "tq-stamp", "aria-pressed": String(isHere), on: { click: function () { tq.stamp(sight); } } },
          [tq.sign("stamped"), tq.saying("span", {}, isHere ? say("I was here!") : say("Stamp it: I was here"))]),
        sight.doors.length && !(tq.here && tq.here.sight === sight)
          ? el("button", { type: "button", "class": "big quiet", id: "tq-start", on: { click: function () { tq.startAtSight(sight); } } }, [tq.glyph("home"), tq.saying("span", {}, say("Start here"))])
          : null
      ]),
      facts(sight)
    ]);
  }

  tq.openSight = function (sight) {
    tq.walk = null;
    tq.shown = sight;
    tq.way = tq.wayTo(sight);
    draw();
    tq.showView("card");
    if (document.body.dataset.drawer === "low" || !tq.isWide()) tq.setDrawer("half");
    tq.address();
    tq.tell("shown");
    if (tq.way) tq.showLine(tq.way.points);
    else tq.goTo(sight.x, sight.y);
  };

  tq.openWalk = function (walk) {
    const points = [], card = byId("tq-card");
    for (let i = 0; i < walk.line.length; i += 2) points.push([walk.line[i], walk.line[i + 1]]);
    tq.shown = tq.way = null;
    tq.walk = { points: points };
    card.className = "outing";
    tq.fill(card, [
      top(tq.closeCard),
      tq.saying("h2", { id: "tq-card-name" }, tq.pin(walk.name)),
      tq.saying("p", { "class": "walked" }, say("{n} places, {m} min", { n: walk.sights.length, m: walk.minutes })),
      tq.saying("p", {}, walk.crossings ? say("You cross big roads {n} times, each where it is safe.", { n: walk.crossings }) : say("No big road to cross")),
      tq.saying("p", { "class": "small" }, say("At the pace of a child of {age}", { age: walk.age })),
      el("ol", { "class": "stops" }, walk.sights.map(function (number) {
        const sight = data.sights.filter(function (s) { return s.number === number; })[0];
        return sight ? el("li", {}, [el("button", { type: "button", "class": "place " + sight.theme, on: { click: function () { tq.openSight(sight); } } },
          [tq.badge(sight), tq.saying("b", {}, tq.pin(sight.name))])]) : null;
      }))
    ]);
    tq.showView("card");
    tq.setDrawer("half");
    tq.tell("shown");
    tq.showLine(points);
  };

  tq.closeCard = function () {
    tq.shown = tq.way = tq.walk = null;
    tq.showView("find");
    tq.address();
    tq.tell("shown");
  };

  // The address remembers the card or the theme, as the codes on paper write it.
  tq.address = function () {
    const hash = tq.shown && tq.shown.number ? "#sight=" + tq.shown.number : tq.choice.theme ? "#theme=" + tq.choice.theme : "";
    if (hash !== window.location.hash) window.history.replaceState(null, "", hash || window.location.pathname + window.location.search);
  };

  tq.startCard = function () {
    tq.on("stamps", draw);
    tq.on("choice", function () { draw(); tq.address(); });
    tq.on("here", function () {
      if (!tq.shown) return;
      tq.way = tq.wayTo(tq.shown);
      draw();
      tq.tell("shown");
      const button = byId("tq-stamp");
      if (button && document.body.dataset.view === "card" && !byId("tq-card").contains(document.activeElement)) button.focus({ preventScroll: true });
    });
  };
}(window.tq = window.tq || {}));
