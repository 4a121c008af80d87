// Search over places, zones and streets: any part of the name, accents and case aside; arrows, Enter and Escape work.
(function (tq) {
  "use strict";

  const data = tq.data, el = tq.el, t = tq.t, byId = tq.byId;
  const MOST = 12;
  let entries = [], found = [], active = -1;

  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  function gather() {
    tq.zones.names.forEach(function (name, i) { add(name, t("Zone"), 0, function () { tq.showZone(i); }); });
    for (let i = 0; i < tq.places.n; i++) {
      const kind = tq.places.kindOf(i);
      if (kind.small && !tq.places.named[i]) continue;
      add(tq.places.label[i], kind.name, tq.places.named[i] ? (kind.small ? 3 : 1) : 4, function () { tq.showPlace(i); });
    }
    tq.streets.names.forEach(function (name, i) { add(name, t("Street"), 2, function () { tq.showStreet(i); }); });
  }

  function add(name, what, rank, go) {
    entries.push({ name: name, key: plain(name), what: what, rank: rank, go: go });
  }

  // Names that begin with the words come first, then zones, places, streets, bus stops, nameless places.
  function look(words) {
    const key = plain(words.trim());
    if (!key) return [];
    const hits = entries.filter(function (entry) { return entry.key.indexOf(key) >= 0; });
    hits.sort(function (a, b) {
      return (a.key.indexOf(key) === 0 ? 0 : 1) - (b.key.indexOf(key) === 0 ? 0 : 1) || a.rank - b.rank ||
        a.name.length - b.name.length;
    });
    return hits.slice(0, MOST);
  }

  function show() {
    const input = byId("tq-search"), list = byId("tq-found");
    if (!entries.length) gather();
    found = look(input.value);
    active = found.length ? 0 : -1;
    byId("tq-search-clear").hidden = !input.value;
    list.textContent = "";
    found.forEach(function (entry, i) {
      list.appendChild(el("li", { role: "option", id: "tq-found-" + i, on: { mousedown: function (event) {
        event.preventDefault();
        pick(i);
      } } }, [el("span", { "class": "name", text: entry.name }), el("span", { "class": "what", text: entry.what })]));
    });
    if (!found.length && input.value.trim()) list.appendChild(el("li", { "class": "none", text: t("Nothing found") }));
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark();
  }

  function mark() {
    const input = byId("tq-search");
    Array.from(byId("tq-found").children).forEach(function (item, i) {
      if (item.getAttribute("role") === "option") item.setAttribute("aria-selected", String(i === active));
      if (i === active) item.scrollIntoView({ block: "nearest" });
    });
    if (active >= 0) input.setAttribute("aria-activedescendant", "tq-found-" + active);
    else input.removeAttribute("aria-activedescendant");
  }

  function hide() {
    byId("tq-found").hidden = true;
    byId("tq-search").setAttribute("aria-expanded", "false");
  }

  function pick(i) {
    if (!found[i]) return;
    const entry = found[i];
    byId("tq-search").value = entry.name;
    byId("tq-search-clear").hidden = false;
    hide();
    tq.setView("map");
    entry.go();
  }

  function onKey(event) {
    const n = found.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (byId("tq-found").hidden) { show(); return; }
      if (n) active = (active + (event.key === "ArrowDown" ? 1 : n - 1)) % n;
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (byId("tq-found").hidden) show();
      pick(active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (byId("tq-found").hidden) { byId("tq-search").value = ""; byId("tq-search-clear").hidden = true; }
      hide();
    }
  }

  tq.startSearch = function () {
    const input = byId("tq-search");
    input.addEventListener("input", show);
    input.addEventListener("focus", function () { if (input.value) show(); });
    input.addEventListener("blur", hide);
    input.addEventListener("keydown", onKey);
    byId("tq-search-clear").addEventListener("click", function () {
      input.value = "";
      show();
      input.focus();
    });
  };
}(window.tq = window.tq || {}));
