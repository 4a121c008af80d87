// Badges as SVG: the theme's shape, the pictogram, the number, a star for what nobody should miss.
(function (tq) {
  "use strict";

  const data = tq.data, SVG = "http://www.w3.org/2000/svg", ICON = 24;

  tq.svg = function (tag, given, children) {
    const made = document.createElementNS(SVG, tag);
    Object.keys(given || {}).forEach(function (key) {
      if (key === "text") made.textContent = given[key];
      else if (given[key] !== null) made.setAttribute(key, given[key]);
    });
    (children || []).forEach(function (child) { if (child) made.appendChild(child); });
    return made;
  };

  tq.themeOf = {};
  data.themes.forEach(function (theme) { tq.themeOf[theme.id] = theme; });

  // The paths of a pictogram in a square.
  tq.iconPaths = function (icon, square, colour) {
    const scale = square[2] / ICON;
    return tq.svg("g", { transform: "translate(" + square[0] + " " + square[1] + ") scale(" + scale + ")", fill: colour },
      (data.icons[icon] || []).map(function (part) {
        return tq.svg("path", { d: part[0], "fill-rule": part[1] ? "evenodd" : "nonzero" });
      }));
  };

  // A pictogram of its own.
  tq.glyph = function (icon) {
    return tq.svg("svg", { viewBox: "0 0 24 24", "class": "glyph", "aria-hidden": "true", focusable: "false" },
      [tq.iconPaths(icon, [0, 0, ICON], "currentColor")]);
  };

  // A small sign of the page.
  tq.sign = function (name) {
    return tq.svg("svg", { viewBox: "0 0 24 24", "class": "glyph " + name, "aria-hidden": "true", focusable: "false" },
      [tq.svg("path", { d: data.signs[name], fill: "currentColor", "fill-rule": "evenodd" })]);
  };

  function shape(theme, edge) {
    const badge = data.badges[theme.badge];
    return tq.svg("path", {
      d: badge.path, fill: theme.colour, stroke: edge ? theme.icon : null, "stroke-width": edge ? 2 * badge.edge : null,
      "stroke-linejoin": "round", "paint-order": "stroke"
    });
  }

  // A theme's shape with its letter.
  tq.themeShape = function (theme) {
    return tq.svg("svg", { viewBox: "-1 -1 34 34", "class": "shape", "aria-hidden": "true", focusable: "false" }, [
      shape(theme, false),
      tq.svg("text", { x: 16, y: 16.4, fill: theme.icon, "text-anchor": "middle", "dominant-baseline": "central",
        "font-size": 17, "font-weight": 700, text: Array.from(theme.name[0])[0] })
    ]);
  };

  function pill(number, colour) {
    const wide = 7 + 6.4 * String(number).length;
    return tq.svg("g", { "class": "pill" }, [
      tq.svg("rect", { x: 16 - wide / 2, y: 25.6, width: wide, height: 12, rx: 6, fill: "#fff", stroke: colour, "stroke-width": 1.5 }),
      tq.svg("text", { x: 16, y: 32, fill: colour, "text-anchor": "middle", "dominant-baseline": "central",
        "font-size": 10.5, "font-weight": 700, text: number })
    ]);
  }

  // A sight's badge; the star and the tick of a stamp come with their classes.
  tq.badge = function (sight) {
    const theme = tq.themeOf[sight.theme], square = data.badges[theme.badge].icon;
    return tq.svg("svg", { viewBox: "-4 -4 40 44", "class": "badge", "aria-hidden": "true", focusable: "false" }, [
      shape(theme, true),
      tq.iconPaths(sight.icon, square, theme.icon),
      sight.number ? pill(sight.number, theme.colour) : null,
      sight.star ? tq.svg("g", { "class": "star" }, [
        tq.iconPaths("star", [19, -7, 17], "#fff"), tq.iconPaths("star", [20.5, -5.5, 14], data.colours.star)
      ]) : null,
      tq.memory.has(sight.id) ? tq.svg("g", { "class": "tick" }, [
        tq.svg("circle", { cx: 3, cy: 3, r: 6.5, fill: "#fff", stroke: data.colours.stamp, "stroke-width": 1.6 }),
        tq.svg("path", { d: "M0 3.2L2.2 5.4L6.4 0.8", fill: "none", stroke: data.colours.stamp, "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" })
      ]) : null
    ]);
  };
}(window.tq = window.tq || {}));
