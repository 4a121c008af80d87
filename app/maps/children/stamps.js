// The stamp game: a card of stamps for each theme. Stamps never leave the phone.
(function (tq) {
  "use strict";

  const data = tq.data, say = tq.say, t = tq.t, el = tq.el, byId = tq.byId, PIECES = 26, ALMOST = 3;

  function of(theme) { return data.sights.filter(function (sight) { return sight.isNumbered && sight.theme === theme.id; }); }
  function stamped(sights) { return sights.filter(function (sight) { return tq.memory.has(sight.id); }); }

  // A little party: paper in the colours of the themes flies up; it stands still for who wants no motion.
  function cheer(big) {
    const box = byId("tq-cheer"), made = [];
    for (let i = 0; i < (big ? 2 * PIECES : PIECES); i++) {
      const piece = el("i", {});
      piece.style.setProperty("--turn", (i * 360 / PIECES + 7 * (i % 3)) + "deg");
      piece.style.setProperty("--far", (24 + 13 * (i % 4)) + "vmin");
      piece.style.background = data.themes[i % data.themes.length].colour;
      made.push(piece);
    }
    tq.fill(box, [el("b", { "class": "print" }, [tq.glyph("star")])].concat(made));
    box.classList.remove("going");
    void box.offsetWidth; // so that the show begins anew
    box.classList.add("going");
  }

  tq.stamp = function (sight) {
    const on = !tq.memory.has(sight.id), theme = tq.themeOf[sight.theme], all = of(theme);
    tq.memory.stamp(sight.id, on);
    byId("tq-stamp").focus({ preventScroll: true });
    if (!on) return;
    const left = all.length - stamped(all).length, isFull = sight.isNumbered && left === 0;
    cheer(isFull);
    if (isFull) tq.hint(say("Hooray! The card “{name}” is full!", { name: theme.name }));
    else if (sight.isNumbered && left <= ALMOST) tq.hint(say("Stamped! Only {n} to go.", { n: left }));
    else tq.hint(say("Stamped! Well done."));
  };

  function slot(sight) {
    const on = tq.memory.has(sight.id);
    return el("li", {}, [el("button", {
      type: "button", "class": "slot" + (on ? " on" : ""), "aria-label": sight.number + " " + sight.name[0] + (on ? ", " + t("stamped") : ""),
      on: { click: function () { tq.openSight(sight); } }
    }, [on ? tq.badge(sight) : el("span", { text: String(sight.number) })])]);
  }

  function page(theme) {
    const all = of(theme), done = stamped(all).length;
    if (!all.length) return null;
    return el("section", { "class": "stamps " + theme.id }, [
      el("h3", {}, [tq.themeShape(theme), tq.saying("span", {}, tq.pin(theme.name)), el("span", { "class": "score", text: done + " / " + all.length })]),
      el("progress", { max: all.length, value: done, "aria-label": t("{done} of {all} stamps", { done: done, all: all.length }) }),
      el("ul", {}, all.map(slot))
    ]);
  }

  function draw() {
    const all = data.sights.filter(function (sight) { return tq.memory.has(sight.id); }).length;
    byId("tq-n-stamps").textContent = String(all);
    byId("tq-open-book").setAttribute("aria-label", t("My stamps: {n}", { n: all }));
    tq.fill(byId("tq-book"), [
      el("div", { "class": "top" }, [el("button", { type: "button", "class": "back", on: { click: tq.closeCard } }, [
        tq.sign("arrow"), tq.saying("span", {}, say("Back"))])]),
      tq.saying("h2", {}, say("My stamps")),
      tq.saying("p", { "class": "text" }, say("Visit a place, open it here, and stamp it!"))
    ].concat(data.themes.map(page), [
      tq.saying("p", { "class": "small" }, tq.memory.isKept
        ? say("Your stamps stay on this device. Nobody else sees them.")
        : say("This window cannot keep stamps. They go when you close it.")),
      el("button", { type: "button", "class": "big quiet", id: "tq-reset", on: { click: function () {
        tq.ask(say("Take all stamps away and start again?"), say("Yes, start again"), tq.memory.forget);
      } } }, [tq.saying("span", {}, say("Start again"))])
    ]));
  }

  tq.startStamps = function () {
    tq.on("stamps", draw);
    draw();
    byId("tq-open-book").appendChild(tq.sign("stamped"));
    byId("tq-open-book").addEventListener("click", function () {
      if (document.body.dataset.view === "book") { tq.closeCard(); return; }
      tq.shown = tq.way = tq.walk = null;
      tq.tell("shown");
      tq.showView("book");
      if (!tq.isWide()) tq.setDrawer("full");
    });
    byId("tq-cheer").addEventListener("animationend", function (event) {
      if (event.target.className === "print") event.currentTarget.classList.remove("going");
    });
  };
}(window.tq = window.tq || {}));
