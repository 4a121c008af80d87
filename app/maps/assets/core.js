// The page's one name space: its data, its texts, and how elements are made. Data reach the page only as text nodes,
// attributes without code and canvas lettering, never as HTML.
(function (tq) {
  "use strict";

  tq.data = JSON.parse(document.getElementById("tq-data").textContent);

  // Return a text in the reader's language, its {fields} filled in.
  tq.t = function (id, values) {
    const text = tq.data.texts[id] || id;
    return text.replace(/\{(\w+)\}/g, function (all, key) {
      return values && key in values ? String(values[key]) : all;
    });
  };

  // Make an element: a text, attributes by name, children.
  tq.el = function (tag, given, children) {
    const made = document.createElement(tag);
    Object.keys(given || {}).forEach(function (key) {
      const value = given[key];
      if (key === "text") made.textContent = value;
      else if (key === "on") Object.keys(value).forEach(function (name) { made.addEventListener(name, value[name]); });
      else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
    });
    (children || []).forEach(function (child) { if (child) made.appendChild(child); });
    return made;
  };

  tq.byId = function (id) { return document.getElementById(id); };

  // Write a whole number with thousands.
  tq.count = function (n) {
    return String(Math.floor(n + 0.5)).replace(/\B(?=(\d{3})+$)/g, ",");
  };

  // Write a share: whole per cent, but never 0% or 100% where that is not the whole truth.
  tq.share = function (met, of) {
    if (!(of > 0)) return "–";
    const percent = Math.floor(met * 100 / of + 0.5);
    if (percent >= 100 && met < of * (1 - 1e-9)) return "99%";
    return percent === 0 && met > 0 ? "<1%" : percent + "%";
  };

  // Write how many children, or homes where nobody counted children.
  tq.people = function (n) {
    const t = tq.t;
    const text = n > 0 && n < 1 ? "<1" : tq.count(n);
    if (text === "1") return tq.data.areChildren ? t("1 child") : t("1 home");
    return tq.data.areChildren ? t("{n} children", { n: text }) : t("{n} homes", { n: text });
  };

  const listeners = {};
  tq.on = function (event, listener) { (listeners[event] = listeners[event] || []).push(listener); };
  tq.tell = function (event, about) { (listeners[event] || []).forEach(function (listener) { listener(about); }); };
}(window.tq = window.tq || {}));
