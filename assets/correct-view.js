// A picture in a pane that zooms and moves. Pixel centres are at integers, as in the files; only this knows the size at
// which the picture is shown.
window.vton.view = (pane) => {
  const LARGEST = 24;
  let size = [1, 1];
  let zoom = 1;
  let middle = [0.5, 0.5]; // what the pane's middle shows, in pixels from the picture's corner

  const whole = () => Math.min(pane.clientWidth / size[0], pane.clientHeight / size[1]) || 1;
  const scale = () => whole() * zoom;
  const half = () => [pane.clientWidth / 2, pane.clientHeight / 2];
  const settle = () => {
    const reach = half().map((v) => v / scale());
    middle = middle.map((v, k) => (size[k] < 2 * reach[k] ? size[k] / 2 : Math.min(Math.max(v, reach[k]), size[k] - reach[k])));
  };
  const toPane = (point) => point.map((v, k) => (v + 0.5 - middle[k]) * scale() + half()[k]);
  const toPicture = (place) => place.map((v, k) => (v - half()[k]) / scale() + middle[k] - 0.5);
  const zoomTo = (wanted, place = half()) => {
    const fixed = toPicture(place);
    zoom = Math.min(Math.max(wanted, 1), LARGEST);
    const now = toPane(fixed);
    middle = middle.map((v, k) => v + (now[k] - place[k]) / scale());
    settle();
  };
  return {
    scale,
    toPane,
    toPicture,
    zoomTo,
    zoomBy: (factor, place) => zoomTo(zoom * factor, place),
    moveBy: (by) => {
      middle = middle.map((v, k) => v - by[k] / scale());
      settle();
    },
    /** Move as little as brings a point of the picture into the pane. */
    reveal: (point) => {
      const room = 24;
      const place = toPane(point);
      const limits = [pane.clientWidth, pane.clientHeight];
      const by = place.map((v, k) => Math.max(room - v, 0) + Math.min(limits[k] - room - v, 0));
      middle = middle.map((v, k) => v - by[k] / scale());
      settle();
    },
    show: (now) => {
      if (size.join() !== now.join()) [size, zoom, middle] = [now, 1, now.map((v) => v / 2)];
      settle();
    },
    place: (event) => {
      const box = pane.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    },
    get zoom() {
      return zoom;
    },
  };
};
