// The drawer that holds list, card and stamps: a sheet from below on the phone, a panel beside the map on a desk.
(function (tq) {
  "use strict";

  const byId = tq.byId, el = tq.el, WIDE = 900, HEIGHTS = ["low", "half", "full"], DRAG_PX = 36;
  let back = null, answered = null;

  tq.isWide = function () { return window.innerWidth >= WIDE; };

  tq.setDrawer = function (height) {
    document.body.dataset.drawer = height;
    byId("tq-grip").setAttribute("aria-expanded", String(height !== "low"));
    tq.tell("drawer");
  };

  // Pixels of the map that the drawer covers from below.
  tq.covered = function () {
    if (tq.isWide()) return 0;
    const share = { low: 0.24, half: 0.46, full: 0.46 }[document.body.dataset.drawer];
    return Math.round(window.innerHeight * share);
  };

  // Show one of the three: find, card, book. Leaving gives the focus back to what had it.
  tq.showView = function (name) {
    const was = document.body.dataset.view;
    if (was === "find" && name !== "find") back = document.activeElement;
    document.body.dataset.view = name;
    ["find", "card", "book"].forEach(function (view) { byId("tq-" + view).hidden = view !== name; });
    if (name !== "find") {
      byId("tq-views").scrollTop = 0;
      byId("tq-" + name).focus({ preventScroll: true });
    } else if (was && was !== "find") {
      if (back && back.isConnected && back.offsetParent !== null) back.focus({ preventScroll: true });
      else byId("tq-list").focus({ preventScroll: true });
      back = null;
    }
  };

  // Ask before something happens; Escape and "No" do nothing.
  tq.ask = function (said, yes, then) {
    const box = byId("tq-ask");
    answered = document.activeElement;
    function close() {
      box.hidden = true;
      if (answered && answered.isConnected) answered.focus();
    }
    tq.fill(box, [el("div", { "class": "bubble" }, [
      tq.saying("p", { id: "tq-ask-text" }, said),
      el("div", { "class": "row" }, [
        el("button", { type: "button", "class": "big", on: { click: function () { close(); then(); } } }, [tq.saying("span", {}, yes)]),
        el("button", { type: "button", "class": "big quiet", on: { click: close } }, [tq.saying("span", {}, tq.say("No, thanks"))])
      ])
    ])]);
    box.hidden = false;
    box.onkeydown = function (event) {
      const buttons = box.querySelectorAll("button");
      if (event.key === "Escape") { event.stopPropagation(); close(); }
      if (event.key === "Tab") {
        event.preventDefault();
        buttons[document.activeElement === buttons[0] ? 1 : 0].focus();
      }
    };
    box.querySelector("button").focus();
  };

  function step(by) {
    const at = HEIGHTS.indexOf(document.body.dataset.drawer) + by;
    tq.setDrawer(HEIGHTS[Math.max(0, Math.min(HEIGHTS.length - 1, at))]);
  }

  tq.startDrawer = function () {
    const grip = byId("tq-grip");
    let from = null, moved = false;
    grip.addEventListener("pointerdown", function (event) {
      from = event.clientY;
      moved = false;
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", function (event) {
      if (from === null || Math.abs(event.clientY - from) < DRAG_PX) return;
      step(event.clientY < from ? 1 : -1);
      from = event.clientY;
      moved = true;
    });
    grip.addEventListener("pointerup", function () { from = null; });
    grip.addEventListener("click", function () {
      if (moved) { moved = false; return; }
      if (document.body.dataset.drawer === "full") tq.setDrawer("low");
      else step(1);
    });
    byId("tq-search").addEventListener("focus", function () { if (!tq.isWide()) tq.setDrawer("full"); });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && document.body.dataset.view !== "find") tq.closeCard();
    });
  };
}(window.tq = window.tq || {}));
