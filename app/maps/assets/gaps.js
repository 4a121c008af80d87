// Gaps: where many children who lack the chosen thing live close together; marks on the map and a list in the panel.
(function (tq) {
  "use strict";

  const data = tq.data, el = tq.el, t = tq.t, HEIGHT = 24, BORDER = 26;
  const pen = document.createElement("canvas").getContext("2d");
  let marks = [];

  tq.gapText = function (gap) {
    const values = { n: tq.count(gap.children), need: tq.needName(tq.choice.need) };
    return data.areChildren ? t("{n} children here lack: {need}", values) : t("{n} homes here lack: {need}", values);
  };

  function chosen() {
    if (tq.choice.need === tq.ALL) return [];
    const band = data.bands[tq.choice.band].id, need = data.needs[tq.choice.need].id;
    return data.gaps.filter(function (gap) { return gap.band === band && gap.need === need; });
  }

  function widthOf(text) {
    pen.font = "600 12px " + getComputedStyle(document.body).fontFamily;
    return pen.measureText(text).width + BORDER;
  }

  function mark(gap) {
    const latlng = tq.toLatLng(gap.x, gap.y), long = tq.gapText(gap), short = t("lack {n}", { n: tq.count(gap.children) });
    const face = el("div", { "class": "gap-face" }, [el("b", { text: short }), el("span", { text: long })]);
    const made = L.marker(latlng, {
      icon: L.divIcon({ className: "gap-mark", html: face, iconSize: null }), keyboard: true, alt: long, riseOnHover: true
    });
    made.on("click keypress", function (event) {
      if (event.type === "click" || (event.originalEvent && event.originalEvent.key === "Enter")) tq.openGap(gap, latlng);
    });
    made.addTo(tq.map);
    made.getElement().setAttribute("aria-label", long);
    return { marker: made, latlng: latlng, widths: { long: widthOf(long), short: widthOf(short), tiny: 14 }, gap: gap };
  }

  function item(gap) {
    return el("li", {}, [el("button", {
      type: "button", text: tq.gapText(gap), on: {
        click: function () {
          const latlng = tq.toLatLng(gap.x, gap.y);
          tq.goTo(latlng, 15);
          tq.openGap(gap, latlng);
        }
      }
    })]);
  }

  // Say as much as there is room for: the sentence, the number, or only a ring; the largest gap speaks first.
  tq.arrangeGaps = function () {
    const taken = new tq.Taken(), zoom = tq.map.getZoom(), wide = zoom >= data.how.zoom.gap_text_from;
    marks.forEach(function (m) {
      const at = tq.map.project(m.latlng, zoom);
      const size = (wide ? ["long", "short"] : ["short"]).find(function (name) {
        const half = m.widths[name] / 2;
        return taken.tryTake([at.x - half, at.y - HEIGHT / 2, at.x + half, at.y + HEIGHT / 2]);
      }) || "tiny";
      const element = m.marker.getElement();
      ["long", "short", "tiny"].forEach(function (name) { element.classList.toggle(name, name === size); });
      m.half = m.widths[size] / 2;
    });
  };

  // The parts of a view that the marks cover.
  tq.gapBoxes = function (view) {
    return marks.map(function (m) {
      const x = m.gap.x * view.k - view.left, y = m.gap.y * view.k - view.top;
      return [x - m.half, y - HEIGHT / 2, x + m.half, y + HEIGHT / 2];
    });
  };

  tq.drawGaps = function () {
    marks.forEach(function (m) { m.marker.remove(); });
    const gaps = chosen(), list = tq.byId("tq-gaps");
    marks = gaps.map(mark);
    tq.arrangeGaps();
    list.textContent = "";
    gaps.forEach(function (gap) { list.appendChild(item(gap)); });
    if (gaps.length) return;
    const text = tq.choice.need === tq.ALL ? t("Choose one need to see its gaps.") : t("No gap worth a mark.");
    list.appendChild(el("li", { "class": "none", text: text }));
  };
}(window.tq = window.tq || {}));
