// The buttons of the choice, and the list of places.
(function (tq) {
  "use strict";

  const data = tq.data, say = tq.say, t = tq.t, el = tq.el, byId = tq.byId;

  const WISHES = {
    open: function () { return say("Open today"); },
    dry: function () { return say("Rainy day"); },
    wheels: function () { return say("No steps"); },
    free: function () { return say("Costs nothing"); }
  };

  function press(button, on) { button.setAttribute("aria-pressed", String(on)); }

  function chip(said, click) {
    return el("button", { type: "button", "class": "chip", "aria-pressed": "false", on: { click: click } }, [tq.saying("span", {}, said)]);
  }

  function themeButtons() {
    const n = {};
    data.sights.forEach(function (sight) { if (sight.isNumbered) n[sight.theme] = (n[sight.theme] || 0) + 1; });
    tq.fill(byId("tq-themes"), data.themes.map(function (theme) {
      const button = el("button", { type: "button", "class": "theme " + theme.id, "data-theme": theme.id, "aria-pressed": "false", on: { click: function () {
        tq.choose({ theme: tq.choice.theme === theme.id ? null : theme.id });
      } } }, [tq.themeShape(theme), tq.saying("span", { "class": "name" }, tq.pin(theme.name)), tq.saying("small", {}, tq.pin(theme.about))]);
      if (!n[theme.id]) button.classList.add("empty");
      return button;
    }));
  }

  function ageChips() {
    const ages = [{ age: null }].concat(data.ages);
    tq.fill(byId("tq-ages"), ages.map(function (a) {
      const button = chip(a.age === null ? say("All") : document.createTextNode(String(a.age)), function () {
        tq.memory.set("age", a.age);
        tq.choose({ age: a.age });
      });
      if (a.age !== null) button.setAttribute("aria-label", t("{n} years old", { n: a.age }));
      button.dataset.age = String(a.age);
      return button;
    }));
  }

  function wishChips() {
    tq.fill(byId("tq-wishes"), tq.wishes.map(function (wish) {
      const button = chip(WISHES[wish.id](), function () {
        const wishes = new Set(tq.choice.wishes);
        if (!wishes.delete(wish.id)) wishes.add(wish.id);
        tq.choose({ wishes: wishes });
      });
      button.dataset.wish = wish.id;
      button.insertBefore(tq.sign(wish.icon), button.firstChild);
      return button;
    }));
  }

  function sortSwitch() {
    tq.fill(byId("tq-sort"), [["number", say("By number")], ["near", say("Nearest")]].map(function (order) {
      const button = chip(order[1], function () {
        if (order[0] === "near" && !tq.here) { tq.hint(say("First choose where you start: press long on the map, or “start here” at a place.")); return; }
        tq.choose({ sort: order[0] });
      });
      button.dataset.sort = order[0];
      return button;
    }));
  }

  function showChoice() {
    const c = tq.choice;
    document.querySelectorAll("#tq-themes button").forEach(function (b) { press(b, b.dataset.theme === c.theme); });
    document.querySelectorAll("#tq-ages button").forEach(function (b) { press(b, b.dataset.age === String(c.age)); });
    document.querySelectorAll("#tq-wishes button").forEach(function (b) { press(b, c.wishes.has(b.dataset.wish)); });
    document.querySelectorAll("#tq-sort button").forEach(function (b) { press(b, b.dataset.sort === c.sort); });
    byId("tq-themes").classList.toggle("chosen", c.theme !== null);
  }

  tq.sayMinutes = function (metres) { return say("{n} min on foot", { n: tq.minutes(metres) }); };

  function distance(sight) {
    if (!tq.here) return null;
    if (tq.here.sight === sight) return tq.saying("span", { "class": "minutes" }, say("You start here"));
    const metres = tq.metresTo(sight);
    if (metres === null) return tq.saying("span", { "class": "minutes none" }, say("Too far, or no safe way known"));
    return tq.saying("span", { "class": "minutes" }, tq.sayMinutes(metres));
  }

  // What a row says besides the name: new, open, free; short.
  function tags(sight) {
    const open = tq.openToday(sight, tq.now()), made = [];
    if (sight.isNew) made.push(tq.saying("em", { "class": "new" }, say("New")));
    made.push(tq.saying("span", {}, tq.pin(sight.kind)));
    if (open.open === false) made.push(tq.saying("span", { "class": "shut" }, open.text));
    return made;
  }

  function row(sight) {
    return el("li", {}, [el("button", { type: "button", "class": "place " + sight.theme, "data-row": sight.row, on: { click: function () { tq.openSight(sight); } } }, [
      tq.badge(sight),
      el("span", { "class": "about" }, [
        tq.saying("b", {}, tq.pin(sight.name)),
        sight.english ? el("span", { "class": "english", lang: "en", text: sight.english }) : null,
        el("span", { "class": "tags" }, tags(sight)),
        distance(sight)
      ])
    ])]);
  }

  function order(a, b) {
    if (tq.choice.sort === "near" && tq.here) {
      const p = tq.metresTo(a), q = tq.metresTo(b);
      if (p !== q) return (p === null ? Infinity : p) - (q === null ? Infinity : q);
    }
    return (a.number || 1e6) - (b.number || 1e6) || a.row - b.row;
  }

  function showList() {
    const found = { 1: [], 2: [] };
    data.sights.forEach(function (sight) {
      const answer = tq.answer(sight);
      if (answer !== tq.NO && (sight.isNumbered || tq.choice.words.trim())) found[answer].push(sight);
    });
    const sure = found[tq.YES].sort(order), perhaps = found[tq.PERHAPS].sort(order);
    const rows = sure.map(row);
    if (perhaps.length) rows.push(tq.saying("li", { "class": "ask" }, say("Nobody told us about these. Ask first.")));
    tq.fill(byId("tq-list"), rows.concat(perhaps.map(row)));
    const told = perhaps.length ? say("{n} places, and {k} to ask about", { n: sure.length, k: perhaps.length }) : say("{n} places", { n: sure.length });
    tq.fill(byId("tq-count"), [sure.length + perhaps.length ? told : say("No place fits. Switch something off.")]);
  }

  function showWalks() {
    if (!data.walks.length) return;
    tq.fill(byId("tq-walks"), [tq.saying("h2", {}, say("Walks"))].concat(data.walks.map(function (walk) {
      return el("button", { type: "button", "class": "walk", on: { click: function () { tq.openWalk(walk); } } }, [
        el("i", { "class": "letter", "aria-hidden": "true", text: walk.id.toUpperCase() }),
        el("span", { "class": "about" }, [tq.saying("b", {}, tq.pin(walk.name)),
          tq.saying("span", { "class": "tags" }, say("{n} places, {m} min", { n: walk.sights.length, m: walk.minutes }))])
      ]);
    })));
  }

  tq.startList = function () {
    themeButtons();
    ageChips();
    wishChips();
    sortSwitch();
    showWalks();
    byId("tq-search").addEventListener("input", function (event) { tq.choose({ words: event.target.value }); });
    tq.on("choice", function () { showChoice(); showList(); });
    tq.on("here", function () { tq.choose({ sort: tq.here ? "near" : "number" }); });
    tq.on("stamps", showList);
    tq.fill(byId("tq-dates"), [say("Map data of {data}; page of {built}", { data: data.dates.data || "?", built: data.dates.built })]);
  };
}(window.tq = window.tq || {}));
