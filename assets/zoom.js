// A picture in a pane, whole or nearer. Edges are pixels of the picture measured from its upper left corner, points have
// pixel centres at integers, as in the files; places are CSS pixels of the pane. Only this knows how large it is shown.
window.vton.zoom = (pane, most, changed) => {
  let size = [1, 1];
  let frame = [0, 0]; // of the pane, as last seen by the observer: asking again would cost a layout
  let zoom = 1;
  let middle = [0.5, 0.5]; // the edge in the middle of the pane

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const scale = () => (Math.min(frame[0] / size[0], frame[1] / size[1]) || 1) * zoom;
  const half = () => frame.map((v) => v / 2);
  const toPane = (edge) => edge.map((v, k) => (v - middle[k]) * scale() + frame[k] / 2);
  const toEdge = (place) => place.map((v, k) => (v - frame[k] / 2) / scale() + middle[k]);
  /** The picture fills the pane, or stands in its middle. */
  const settle = () => {
    const reach = half().map((v) => v / scale());
    middle = middle.map((v, k) => (size[k] <= 2 * reach[k] ? size[k] / 2 : clamp(v, reach[k], size[k] - reach[k])));
  };
  const moveBy = (by) => {
    middle = middle.map((v, k) => v - by[k] / scale());
    settle();
  };
  const zoomTo = (wanted, place = half()) => {
    const fixed = toEdge(place);
    zoom = clamp(wanted, 1, most(frame, size));
    moveBy(toPane(fixed).map((v, k) => place[k] - v));
  };

  new ResizeObserver(([entry]) => {
    frame = [entry.contentRect.width, entry.contentRect.height];
    settle();
    changed();
  }).observe(pane);

  return {
    moveBy,
    scale,
    toEdge,
    toPane,
    zoomTo,
    zoomBy: (factor, place) => zoomTo(zoom * factor, place),
    /** Two fingers were ``before`` and are ``now``, see ``vton.pinch``: what they hold stays between them. */
    pinched: (before, now) => {
      moveBy(now.middle.map((v, k) => v - before.middle[k]));
      zoomTo((zoom * now.apart) / before.apart, now.middle);
    },
    /** Where a pixel's centre lies on the pane. */
    centre: (point) => toPane(point.map((v) => v + 0.5)),
    toPoint: (place) => toEdge(place).map((v) => v - 0.5),
    place: ({ clientX, clientY }) => {
      const box = pane.getBoundingClientRect();
      return [clientX - box.left - pane.clientLeft, clientY - box.top - pane.clientTop];
    },
    /** Move as little as brings a point of the picture into the pane. */
    reveal: (point) => {
      const room = 24;
      moveBy(toPane(point.map((v) => v + 0.5)).map((v, k) => Math.max(room - v, 0) + Math.min(frame[k] - room - v, 0)));
    },
    /** Show a picture of another size whole. */
    show: (now) => {
      if (size.join() !== now.join()) [size, zoom] = [[...now], 1];
      settle();
    },
    get frame() {
      return frame;
    },
    get zoom() {
      return zoom;
    },
  };
};
