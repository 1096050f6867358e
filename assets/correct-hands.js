// What hands do on the picture that is corrected: pointer, pinch, wheel and keys.
window.vton.correctHands = (table) => {
  const { vton } = window;
  const { commit, desk, draw, element, isPainted, paints, pane, points, radius, step, ui, view } = table;
  const SLACK = 2; // CSS pixels a finger may tremble in a click
  const fingers = new Map(); // id → place of each pointer that is down
  let drag = null;
  let keyed = false; // the space bar holds the brush down

  // The brush.

  const drawing = vton.drawing((at) => {
    const own = desk();
    own.mask.draw({ ...own.stroke, points: at });
    draw();
  });
  const press = (at) => {
    const own = desk();
    own.mask.show(own.now);
    own.stroke = { brush: ui.brush, radius: radius() };
    drawing.begin(at);
  };
  const fills = () => paints() && ui.fill && ui.current.kind === "parts";
  const fill = (at) => commit([...desk().now, { brush: ui.brush, fill: at }]);
  const raise = (keeps) => {
    const own = desk();
    const made = { ...own.stroke, points: drawing.end() };
    own.stroke = null;
    if (keeps) commit([...own.now, made]);
  };

  // Pointers.

  const begin = (event, place) => {
    const dot = event.button === 0 && event.target.closest("[data-dot]");
    drag = { place };
    if (dot) {
      ui.held = dot.dataset.dot;
      dot.focus({ preventScroll: true });
      const before = desk().now;
      drag = { place, before, grip: view.centre(before[ui.held]).map((v, k) => v - place[k]) };
    } else if (fills() && event.button === 0) {
      drag = { fill: view.toPoint(place) };
    } else if (paints() && event.button === 0) {
      drag = { stroke: true };
      press(view.toPoint(place));
    }
  };
  /** Let go of what the hand holds: kept, or as it was before. */
  const give = (keeps) => {
    const own = desk();
    if (ui.held) {
      const [name, at] = [ui.held, own.now[ui.held]];
      own.now = drag.before;
      ui.held = null;
      if (keeps) points.move(name, at);
    } else if (drag?.stroke) raise(keeps);
    else if (drag?.fill && keeps) fill(drag.fill);
    drag = null;
    draw();
  };
  const dragPoint = (place) => {
    const own = desk();
    drag.far = drag.far || Math.hypot(place[0] - drag.place[0], place[1] - drag.place[1]) > SLACK;
    const at = points.inside(view.toPoint(place.map((v, k) => v + drag.grip[k])));
    if (drag.far) own.now = { ...drag.before, [ui.held]: at };
  };

  pane.addEventListener("pointerdown", (event) => {
    if (!desk() || event.target.closest(".zoom")) return;
    if (!event.target.closest("[data-dot]")) pane.focus({ preventScroll: true });
    event.preventDefault();
    pane.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, view.place(event));
    if (fingers.size === 2) {
      give(false); // a second finger moves and sizes the picture instead
      drag = { pinch: vton.pinch([...fingers.values()]) };
    } else if (fingers.size === 1) begin(event, view.place(event));
    draw();
  });

  pane.addEventListener("pointermove", (event) => {
    if (!desk()) return;
    const place = view.place(event);
    if (isPainted()) ui.hover = view.toPoint(place);
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, place);
    if (drag?.pinch && fingers.size === 2) {
      const now = vton.pinch([...fingers.values()]);
      view.pinched(drag.pinch, now);
      drag.pinch = now;
    } else if (ui.held) dragPoint(place);
    else if (drag?.stroke) for (const one of vton.gathered(event)) drawing.extend(view.toPoint(view.place(one)));
    else if (drag?.place) {
      view.moveBy(place.map((v, k) => v - drag.place[k]));
      drag.place = place;
    }
    if (drag || isPainted()) draw();
  });

  const lift = (keeps) => (event) => fingers.delete(event.pointerId) && give(keeps);
  pane.addEventListener("pointerup", lift(true));
  pane.addEventListener("pointercancel", lift(false));
  pane.addEventListener("pointerleave", () => {
    if (drag) return;
    ui.hover = null;
    draw();
  });

  vton.onWheel(pane, desk, (turned, event) => {
    view.zoomBy(Math.exp(-turned * 0.003), view.place(event));
    draw();
  });

  // Keys.

  const hovered = () => ui.hover || view.toPoint(view.frame.map((v) => v / 2));
  /** The arrow keys move the point that has the focus, the brush over a mask, else the picture. */
  const arrow = (name, by) => {
    if (name) return points.move(name, desk().now[name].map((v, k) => v + by[k]), "keys " + name);
    if (!isPainted() || ui.brush === "move") return view.moveBy(by.map((v) => -20 * v));
    ui.hover = points.inside(hovered().map((v, k) => v + by[k]));
    view.reveal(ui.hover);
    if (keyed) drawing.extend(ui.hover);
  };
  const resize = (by) => (element.querySelector("[name=size]").valueAsNumber += by);
  const KEYS = {
    "+": () => view.zoomBy(1.3),
    "=": () => view.zoomBy(1.3),
    "-": () => view.zoomBy(1 / 1.3),
    0: () => view.zoomTo(1),
    "[": () => resize(-4),
    "]": () => resize(4),
  };
  const pressKey = (event) => {
    ui.hover = hovered();
    if (fills()) {
      if (!event.repeat) fill(ui.hover);
    } else if (!keyed && !drag && !event.repeat) {
      press(ui.hover);
      keyed = true;
    }
  };

  pane.addEventListener("keydown", (event) => {
    if (!desk() || event.target.closest(".zoom")) return;
    const [steps, by] = [vton.undoKey(event), vton.arrow(event)];
    const { dot } = event.target.dataset;
    const key = event.key.toLowerCase();
    if (steps) step(steps === "redo");
    else if (by) arrow(dot, by);
    else if (event.ctrlKey || event.metaKey) return;
    else if ((key === " " || key === "enter") && paints()) pressKey(event);
    else if ((key === "delete" || key === "backspace") && dot && ui.current.id === "joints") points.remove();
    else if (key in KEYS) KEYS[key]();
    else return;
    event.preventDefault();
    draw();
  });
  const liftKey = () => {
    if (keyed) raise(true);
    keyed = false;
  };
  pane.addEventListener("keyup", (event) => [" ", "Enter"].includes(event.key) && liftKey());
  pane.addEventListener("blur", liftKey);

  /** Let go of what the hand holds: the subjects have been replaced under it. */
  table.release = () => {
    drawing.end();
    drag = ui.held = null;
    keyed = false;
  };
};
