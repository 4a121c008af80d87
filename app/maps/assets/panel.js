// The panel: choice, headline, layers, zones; it folds, and is a sheet from below on a phone.
(function (tq) {
  "use strict";

  const data = tq.data, t = tq.t, byId = tq.byId;

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
    const band = tq.choice.band, need = tq.choice.need, last = data.table.children[band].length - 1;
    const children = data.table.children[band][last];
    const met = need === tq.ALL ? data.table.complete[band][last] : data.table.met[tq.pairOf(band, need)][last];
    const weak = need === tq.ALL
      ? tq.needsOf(band).some(function (one) { return tq.isIndicative(band, one); })
      : tq.isIndicative(band, need);
    byId("tq-share").textContent = tq.share(met, children);
    byId("tq-counts").textContent = "(" + tq.count(met) + " / " + tq.people(children) + ")";
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

  function showZones() {
    const band = tq.choice.band, need = tq.choice.need, list = byId("tq-zones");
    if (!list) return;
    const figures = need === tq.ALL ? data.table.complete[band] : data.table.met[tq.pairOf(band, need)];
    Array.from(list.querySelectorAll("button")).forEach(function (button) {
      const zone = Number(button.dataset.zone), children = data.table.children[band][zone], met = figures[zone];
      button.querySelector(".share").textContent = tq.share(met, children);
      const bar = button.querySelector("i");
      bar.style.width = (children > 0 ? 100 * met / children : 0) + "%";
      bar.style.background = children > 0 ? tq.rampColour(met / children) : "transparent";
    });
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
  }

  tq.startPanel = function () {
    listen();
    tq.on("choice", function () {
      showChoice();
      showHeadline();
      showZones();
    });
  };
}(window.tq = window.tq || {}));
