// The panel: choice, headline, layers, zones; it folds, and is a sheet from below on a phone.
(function (tq) {
  "use strict";

  const data = tq.data, el = tq.el, t = tq.t, byId = tq.byId;

  function radios(name) { return Array.from(document.querySelectorAll('#tq-choice input[name="' + name + '"]')); }

  function showChoice() {
    const known = tq.needsOf(tq.choice.band);
    radios("band").forEach(function (radio) { radio.checked = Number(radio.value) === tq.choice.band; });
    radios("need").forEach(function (radio) {
      const need = Number(radio.value);
      radio.checked = need === tq.choice.need;
      radio.parentElement.hidden = need !== tq.ALL && known.indexOf(need) < 0;
    });
  }

  function sentence() {
    const need = tq.choice.need, values = { band: data.bands[tq.choice.band].name, need: tq.needName(need) };
    if (need === tq.ALL) {
      values.n = tq.needsOf(tq.choice.band).length;
      return data.areChildren
        ? t("of children aged {band} can walk to all {n} kinds of places in time", values)
        : t("of homes: at the pace of ages {band}, all {n} kinds of places can be reached in time", values);
    }
    values.limit = tq.limitText(need);
    return data.areChildren
      ? t("of children aged {band} reach {need} within {limit} on foot", values)
      : t("of homes: at the pace of ages {band}, {need} is within {limit} on foot", values);
  }

  function statusText(status) {
    return {
      V: t("seen in an official or scientific text"), V2: t("from a secondary source only"),
      R: t("from memory, to be checked"), A: t("an assumption")
    }[status];
  }

  function showHeadline() {
    const band = tq.choice.band, need = tq.choice.need, figure = tq.figure(band, need, tq.WHOLE), of = figure.children;
    const weak = need === tq.ALL
      ? tq.needsOf(band).some(function (one) { return tq.isIndicative(band, one); })
      : tq.isIndicative(band, need);
    byId("tq-share").textContent = tq.share(figure.met, of);
    byId("tq-range").textContent = tq.interval(figure.surely, figure.possibly, of);
    byId("tq-counts").textContent = tq.count(figure.met) + " / " + tq.people(of);
    const bounds = { low: tq.share(figure.surely, of), high: tq.share(figure.possibly, of) };
    byId("tq-bounds").textContent = t("surely {low}, possibly {high}", bounds);
    byId("tq-bounds").hidden = bounds.low === bounds.high;
    byId("tq-interval").setAttribute("aria-label", t("surely {low}, possibly {high}", bounds));
    tq.drawInterval(byId("tq-interval"), figure);
    byId("tq-sentence").textContent = sentence();
    byId("tq-status").hidden = !weak;
    byId("tq-status").textContent = t("indicative");
    const rule = data.needs[need], pace = data.bands[band];
    byId("tq-basis").textContent = need === tq.ALL
      ? t("Standard: {name}", { name: data.standard.name })
      : t("Standard: {name}. Limit: {clause} ({status}). Pace {speed} m/s ({pace_status}).", {
        name: data.standard.name, clause: rule.clause, status: statusText(rule.status),
        speed: pace.speed.toFixed(2), pace_status: statusText(pace.status)
      });
  }

  // What decides within the bounds, and what to do about it.
  function showDoubts() {
    const list = byId("tq-doubts"), doubts = tq.figure(tq.choice.band, tq.choice.need, tq.WHOLE).doubt;
    list.textContent = "";
    tq.doubtItems(doubts, true).forEach(function (item) { list.appendChild(item); });
    byId("tq-doubts-signs").hidden = !doubts.length;
    if (!doubts.length) list.appendChild(el("li", { "class": "none", text: t("No doubt: both bounds are the same.") }));
  }

  function showZones() {
    const list = byId("tq-zones");
    if (!list) return;
    Array.from(list.querySelectorAll("button")).forEach(function (button) {
      const figure = tq.figure(tq.choice.band, tq.choice.need, Number(button.dataset.zone)), of = figure.children;
      button.querySelector(".share").textContent = tq.share(figure.met, of);
      button.querySelector(".range").textContent = tq.interval(figure.surely, figure.possibly, of);
      const bar = button.querySelector("i"), share = of > 0 ? figure.met / of : 0;
      bar.style.width = 100 * share + "%";
      bar.style.background = of > 0 ? tq.rampColour(share) : "transparent";
    });
  }

  function listenCrossings() {
    const box = byId("tq-show-crossings");
    if (!box) return;
    box.addEventListener("change", function () { tq.showCrossings(box.checked); });
    function showState() {
      box.checked = tq.choice.crossings;
      document.body.classList.toggle("crossings-shown", box.checked);
    }
    tq.on("choice", showState);
    tq.on("crossings", showState);
  }

  function listenLayers() {
    const kinds = Array.from(document.querySelectorAll("input[data-kind]"));
    kinds.forEach(function (box) {
      box.addEventListener("change", function () {
        tq.show(box.dataset.kind, box.checked);
        const of = box.closest(".theme"), all = Array.from(of.querySelectorAll("input[data-kind]"));
        of.querySelector("input[data-theme]").checked = all.some(function (other) { return other.checked; });
      });
    });
    Array.from(document.querySelectorAll("input[data-theme]")).forEach(function (box) {
      box.addEventListener("change", function () {
        Array.from(box.closest(".theme").querySelectorAll("input[data-kind]")).forEach(function (kind) {
          kind.checked = box.checked;
          tq.show(kind.dataset.kind, box.checked);
        });
      });
    });
  }

  tq.fold = function (folded) {
    document.body.classList.toggle("folded", folded);
    byId("tq-grip").setAttribute("aria-expanded", String(!folded));
    tq.placeScale();
  };

  tq.setView = function (view) {
    const table = view === "table";
    document.body.classList.toggle("table-shown", table);
    byId("tq-view-map").setAttribute("aria-pressed", String(!table));
    byId("tq-view-table").setAttribute("aria-pressed", String(table));
    if (table) byId("tq-table").focus();
    else tq.map.invalidateSize();
  };

  function listen() {
    radios("band").forEach(function (radio) {
      radio.addEventListener("change", function () { tq.choose(Number(radio.value), tq.choice.need); });
    });
    radios("need").forEach(function (radio) {
      radio.addEventListener("change", function () { tq.choose(tq.choice.band, Number(radio.value)); });
    });
    byId("tq-choice").addEventListener("submit", function (event) { event.preventDefault(); });
    byId("tq-grip").addEventListener("click", function () { tq.fold(!document.body.classList.contains("folded")); });
    byId("tq-view-map").addEventListener("click", function () { tq.setView("map"); });
    byId("tq-view-table").addEventListener("click", function () { tq.setView("table"); });
    byId("tq-skip").addEventListener("click", function (event) {
      event.preventDefault();
      tq.setView("table");
    });
    byId("tq-print").addEventListener("click", function () { window.print(); });
    if (byId("tq-zones")) {
      byId("tq-zones").addEventListener("click", function (event) {
        const button = event.target.closest("button");
        if (button) tq.showZone(Number(button.dataset.zone));
      });
    }
    listenLayers();
    listenCrossings();
  }

  tq.startPanel = function () {
    listen();
    tq.on("choice", function () {
      showChoice();
      showHeadline();
      showDoubts();
      showZones();
    });
  };
}(window.tq = window.tq || {}));
