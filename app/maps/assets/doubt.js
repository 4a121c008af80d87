// Doubt: how sure a figure is, what decides it, and what to do about that. Causes are geo/bounds.py's, in words.
(function (tq) {
  "use strict";

  const el = tq.el, causes = tq.data.causes, TAKING = ["assumed_crossing", "gated_place"];
  function codeOf(id) { return causes.findIndex(function (cause) { return cause.id === id; }); }
  tq.NO_DOUBT = codeOf("none");
  tq.DATA_EDGE = codeOf("data_edge");

  // Whether a cause may take away what is reached; the others may add what is not.
  tq.takes = function (cause) { return TAKING.indexOf(causes[cause].id) >= 0; };

  // The bounds of a share, in brackets; nothing where they read alike.
  tq.interval = function (surely, possibly, of) {
    const low = tq.share(surely, of), high = tq.share(possibly, of);
    return low === high ? "" : "(" + low.replace(/%$/, "") + "–" + high + ")";
  };

  // The causes of a sum of homes with their children, the most first; what rounds to none is left out.
  tq.doubtsOf = function (sum) {
    return sum.doubt.map(function (n, cause) { return [cause, n]; }).filter(function (doubt) {
      return doubt[0] !== tq.NO_DOUBT && doubt[1] >= 0.5;
    }).sort(function (a, b) { return b[1] - a[1]; });
  };

  // What decides: [cause, children] pairs, with the way the figure may go; with what to do where there is room for it.
  tq.doubtItems = function (doubts, isLong) {
    return doubts.map(function (doubt) {
      const cause = causes[doubt[0]];
      return el("li", { title: cause.about }, [
        el("b", { text: (tq.takes(doubt[0]) ? "−" : "+") + tq.people(doubt[1]) }), el("span", { text: cause.name }),
        isLong ? el("small", { text: cause.todo }) : null
      ]);
    });
  };

  // A bar for a figure and its bounds: sure, possible, and a mark where the figure stands.
  tq.drawInterval = function (bar, figure) {
    const of = figure.children, parts = bar.children;
    function width(n) { return (of > 0 ? 100 * n / of : 0) + "%"; }
    parts[0].style.width = width(figure.possibly);
    parts[1].style.width = width(figure.surely);
    parts[2].style.left = width(figure.met);
  };
}(window.tq = window.tq || {}));
