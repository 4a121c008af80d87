// The scale bar: metres, and the minutes that a child of the chosen band walks for them.
(function (tq) {
  "use strict";

  const WIDEST_PX = 130, STEPS = [1, 2, 5];

  // The longest round length that fits.
  function roundLength(widest) {
    let best = 1;
    for (let power = 1; power <= widest; power *= 10) {
      STEPS.forEach(function (step) { if (step * power <= widest) best = step * power; });
    }
    return best;
  }

  tq.drawScale = function () {
    const perPixel = tq.metresPerPixel(tq.map.getZoom()), metres = roundLength(WIDEST_PX * perPixel);
    const bar = tq.byId("tq-scale"), band = tq.data.bands[tq.choice.band];
    bar.querySelector("i").style.width = Math.round(metres / perPixel) + "px";
    const minutes = metres / band.speed / 60;
    bar.querySelector("span").textContent = tq.t("{length} ≈ {minutes} min at the pace of {band}", {
      length: metres >= 1000 ? tq.t("{n} km", { n: metres / 1000 }) : tq.t("{n} m", { n: metres }),
      minutes: minutes < 1 ? minutes.toFixed(1) : String(Math.round(minutes)), band: band.name
    });
  };

  // On a phone the bar and the small print stand above the panel, however high that is.
  tq.placeScale = function () {
    const panel = tq.byId("tq-panel").getBoundingClientRect();
    document.body.style.setProperty("--above-sheet", Math.round(window.innerHeight - panel.top + 6) + "px");
  };
}(window.tq = window.tq || {}));
