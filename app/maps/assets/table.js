// The table beside the map: zones and needs for the chosen band, for keyboard, screen reader and copying.
(function (tq) {
  "use strict";

  const data = tq.data, el = tq.el, t = tq.t, byId = tq.byId;

  function heads(band) {
    const row = byId("tq-head"), needs = tq.needsOf(band);
    row.textContent = "";
    [t("Zone"), data.areChildren ? t("Number of children") : t("Estimated homes")].forEach(function (text) {
      row.appendChild(el("th", { scope: "col", text: text }));
    });
    needs.concat(tq.ALL).forEach(function (need) {
      const weak = need === tq.ALL
        ? needs.some(function (one) { return tq.isIndicative(band, one); }) : tq.isIndicative(band, need);
      const head = el("th", { scope: "col", text: tq.needName(need) });
      if (weak) head.appendChild(el("small", { text: t("indicative") }));
      row.appendChild(head);
    });
  }

  function rows(band) {
    const body = byId("tq-rows"), names = tq.zones.names.concat(t("Whole district"));
    body.textContent = "";
    names.forEach(function (name, zone) {
      const row = el("tr", { "class": zone === names.length - 1 ? "whole" : null }, [
        el("th", { scope: "row", text: name }), el("td", { text: tq.count(data.table.children[band][zone]) })
      ]);
      tq.needsOf(band).concat(tq.ALL).forEach(function (need) {
        const figure = tq.figure(band, need, zone), of = figure.children;
        row.appendChild(el("td", {}, [
          el("b", { text: tq.share(figure.met, of) }),
          el("span", { "class": "range", text: tq.interval(figure.surely, figure.possibly, of) }),
          el("small", { text: tq.count(figure.met) })
        ]));
      });
      body.appendChild(row);
    });
  }

  function buttons() {
    const group = byId("tq-table-bands");
    data.bands.forEach(function (band, i) {
      group.appendChild(el("button", {
        type: "button", text: band.name, on: { click: function () { tq.choose(i, tq.choice.need); } }
      }));
    });
  }

  tq.startTable = function () {
    buttons();
    tq.on("choice", function () {
      const band = tq.choice.band;
      byId("tq-caption").textContent = t("Age: {band}", { band: data.bands[band].name });
      heads(band);
      rows(band);
      Array.from(byId("tq-table-bands").children).forEach(function (button, i) {
        button.setAttribute("aria-pressed", String(i === band));
      });
    });
  };
}(window.tq = window.tq || {}));
