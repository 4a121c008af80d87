// Keeps the children's page on the phone: the newest where there is a network, the kept one where there is none.
(function () {
  "use strict";

  const CACHE = "tongquan-children-$version", PAGE = "../children";

  self.addEventListener("install", function (event) {
    event.waitUntil(caches.open(CACHE).then(function (cache) { return cache.add(new Request(PAGE, { cache: "reload" })); }));
    self.skipWaiting();
  });

  self.addEventListener("activate", function (event) {
    event.waitUntil(caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) {
        return name.indexOf("tongquan-children-") === 0 && name !== CACHE;
      }).map(function (name) { return caches.delete(name); }));
    }));
  });

  self.addEventListener("fetch", function (event) {
    if (event.request.mode !== "navigate" || event.request.method !== "GET") return;
    event.respondWith(fetch(event.request).then(function (answer) {
      if (answer.ok) {
        const copy = answer.clone();
        event.waitUntil(caches.open(CACHE).then(function (cache) { return cache.put(PAGE, copy); }));
      }
      return answer;
    }).catch(function () {
      return caches.match(PAGE).then(function (kept) { return kept || Response.error(); });
    }));
  });
}());
