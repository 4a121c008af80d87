// The layer of badges and names: one canvas over the view and its surroundings, drawn again when the map rests.
(function (tq) {
  "use strict";

  const PAD = 0.2; // how far the canvas reaches beyond the view, in parts of the view

  tq.Overlay = L.Layer.extend({
    onAdd: function (map) {
      this._canvas = null;
      this.hits = this.crossings = [];
      this.selected = null;
      map.on({ moveend: this.draw, resize: this.draw, zoomanim: this._zoomTo }, this);
      this.draw();
    },

    onRemove: function (map) {
      map.off({ moveend: this.draw, resize: this.draw, zoomanim: this._zoomTo }, this);
      this._canvas.remove();
    },

    // Keep the drawing in its place while the map zooms.
    _zoomTo: function (event) {
      const map = this._map, scale = map.getZoomScale(event.zoom, this._zoom);
      const corner = map.project(this._northWest, event.zoom);
      const origin = map.project(event.center, event.zoom).subtract(map.getSize().divideBy(2));
      L.DomUtil.setTransform(this._canvas, corner.subtract(origin).subtract(L.DomUtil.getPosition(map.getPane("mapPane"))), scale);
    },

    draw: function () {
      const map = this._map, size = map.getSize(), zoom = map.getZoom();
      if (!map || !size.x || !size.y) return;
      const corner = map.containerPointToLayerPoint(size.multiplyBy(-PAD)).round();
      const width = Math.round(size.x * (1 + 2 * PAD)), height = Math.round(size.y * (1 + 2 * PAD));
      const sharp = Math.min(2, Math.max(1, window.devicePixelRatio || 1)), canvas = this._sheet(corner, width, height, sharp);
      this._zoom = zoom;
      this._northWest = map.layerPointToLatLng(corner);
      const k = tq.scaleAt(zoom), gridCorner = tq.cornerAt(zoom), pixel = map.getPixelOrigin().add(corner);
      const left = pixel.x - gridCorner[0], top = pixel.y - gridCorner[1];
      const view = this.view = {
        zoom: zoom, k: k, left: left, top: top, width: width, height: height, sharp: sharp, selected: this.selected,
        box: [left / k, top / k, (left + width) / k, (top + height) / k]
      };
      const pen = canvas.getContext("2d"), taken = new tq.Taken();
      pen.setTransform(sharp, 0, 0, sharp, 0, 0);
      tq.gapBoxes(view).forEach(function (box) { taken.take(box); });
      tq.drawOutline(pen, view);
      this.crossings = tq.drawCrossings(pen, view);
      tq.drawZoneNames(pen, view, taken);
      this.hits = tq.drawBadges(pen, view, taken);
      tq.drawNames(pen, view, taken, this.hits);
      this._corner = corner;
    },

    // A fresh canvas: when a page is printed, clearing a used one would paint white over the ground.
    _sheet: function (corner, width, height, sharp) {
      const canvas = L.DomUtil.create("canvas", "overlay leaflet-zoom-animated");
      canvas.setAttribute("aria-hidden", "true");
      canvas.width = width * sharp;
      canvas.height = height * sharp;
      canvas.style.width = width + "px";
      canvas.style.height = height + "px";
      L.DomUtil.setTransform(canvas, corner, 1);
      if (this._canvas) this._canvas.remove();
      this._canvas = canvas;
      this._map.getPane("overlayPane").appendChild(canvas);
      return canvas;
    },

    // The nearest of some marks under a point of the map's window, or null.
    _under: function (point, marks) {
      const at = this._map.containerPointToLayerPoint(point).subtract(this._corner);
      const found = marks.filter(function (hit) { return Math.hypot(hit.x - at.x, hit.y - at.y) <= hit.r; });
      found.sort(function (a, b) { return Math.hypot(a.x - at.x, a.y - at.y) - Math.hypot(b.x - at.x, b.y - at.y); });
      return found.length ? found[0] : null;
    },

    // The place whose badge, the crossing whose mark lies there, or null.
    placeAt: function (point) {
      const hit = this._under(point, this.hits);
      return hit ? hit.place : null;
    },
    crossingAt: function (point) {
      const hit = this._under(point, this.crossings);
      return hit ? hit.crossing : null;
    },

    select: function (place) {
      this.selected = place;
      this.draw();
    }
  });
}(window.tq = window.tq || {}));
