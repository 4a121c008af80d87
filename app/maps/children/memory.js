// What the page remembers: stamps, age, pinyin. In this browser only; where nothing can be kept, until it is closed.
(function (tq) {
  "use strict";

  const KEY = "tongquan-children:" + tq.data.district.key;
  let kept = {};

  try { kept = JSON.parse(window.localStorage.getItem(KEY)) || {}; } catch (nothing) { kept = {}; }
  if (typeof kept !== "object" || typeof kept.stamps !== "object" || !kept.stamps) kept = { stamps: {} };

  function keep() {
    try {
      window.localStorage.setItem(KEY, JSON.stringify(kept));
      return true;
    } catch (refused) { return false; }
  }

  tq.memory = {
    isKept: keep(),
    has: function (id) { return Object.prototype.hasOwnProperty.call(kept.stamps, id); },
    stamp: function (id, on) {
      if (on) kept.stamps[id] = 1;
      else delete kept.stamps[id];
      keep();
      tq.tell("stamps");
    },
    forget: function () {
      kept.stamps = {};
      keep();
      tq.tell("stamps");
    },
    get: function (key) { return kept[key]; },
    set: function (key, value) {
      kept[key] = value;
      keep();
    }
  };
}(window.tq = window.tq || {}));
