// What hands do on the placement canvas: pointer, pinch, wheel and keys. Moves are gathered and applied once a frame.
window.vton.placementGestures = (desk) => {
  const { vton } = window;
  const g = vton.geometry;
  const { part, store, ui, view } = desk;
  const stage = part("stage");
  const CORNERS = ["nw", "ne", "se", "sw"]; // as ``view.corners`` gives them
  const CLICK_SLACK = 4; // CSS pixels a finger may tremble in a click
  const PAN = 40; // CSS pixels by which a key moves the view
  const SNAP = 15; // degrees, with Shift
  const UPRIGHT = 1.2; // degrees within which a turned figure falls upright
  const fingers = new Map(); // id → the latest event of each pointer that is down
  let drag = null;
  let pinch = null;
  let latest = null;
  let spaced = false;

  const by = (a, b) => [b.clientX - a.clientX, b.clientY - a.clientY];
  /** ``changed``, the selected figure's, with its size kept right for its depth where that is wanted. */
  const deep = (changed, from) => {
    const { perspective, horizon } = store.before;
    return perspective && horizon !== null ? g.inPerspective(from, changed, horizon) : changed;
  };
  const movedTo = (from, what, offset) => {
    const changed = g.moved(from, what, offset);
    return what === "figure" || what === "position" ? deep(changed, from) : changed;
  };
  const angle = (entry, event) => {
    const [x, y] = g.minus(view.onStage(event), view.centre(entry.position));
    return (Math.atan2(y, x) * 180) / Math.PI;
  };
  const settled = (degrees, event) => {
    if (event.shiftKey) return g.turn(Math.round(degrees / SNAP) * SNAP);
    return Math.abs(g.turn(degrees)) < UPRIGHT ? 0 : g.turn(degrees);
  };

  // What each kind of drag makes of the document it began with.
  const sized = ({ from, start, corner }, event) => {
    const anchor = view.centre(from.position);
    const [was, is] = [g.minus(corner, anchor), g.minus(g.plus(corner, by(start, event)), anchor)];
    const factor = (was[0] * is[0] + was[1] * is[1]) / (was[0] ** 2 + was[1] ** 2 || 1);
    return g.withHeight(from, g.height(from) * Math.max(0.02, factor));
  };
  const rotated = ({ from, start }, event) => ({
    ...from,
    rotate: settled((from.rotate || 0) + angle(from, event) - angle(from, start), event),
  });
  const dragged = (event) => {
    const { what, from, start } = drag;
    if (what === "horizon") return { ...drag.doc, horizon: view.pixelAt(event)[1], drawn: true };
    const change = what === "turn" ? rotated : drag.corner ? sized : null;
    const entry = change ? change(drag, event) : movedTo(from, what, g.times(by(start, event), 1 / view.scale()));
    return store.withFigure(entry, drag.doc);
  };

  const apply = () => {
    const event = latest;
    latest = null;
    if (pinch) applyPinch();
    else if (!event) return;
    else if (drag?.what === "pan") {
      view.pan(by(drag.last, event));
      drag.last = event;
    } else if (drag?.far && drag.what) {
      store.live(dragged(event));
      view.magnify(g.POINTS.includes(drag.what) ? event : null);
    } else if (!drag) hover(event);
  };
  const soon = vton.framed(apply);

  const hover = (event) => {
    const at = view.pixelAt(event);
    desk.pointTo(at);
    const over = ui.brush === "off" && !ui.placing && view.figureAt(event) >= 0;
    stage.classList.toggle("over-figure", over);
    view.magnify(event.pointerType === "mouse" && ui.placing && ui.brush === "off" ? event : null);
    desk.brushAt(event);
  };

  const held = () => vton.pinch([...fingers.values()].map(view.onStage));
  const startPinch = () => {
    if (drag) store.restore();
    drag = null;
    const on = ui.brush === "off" && [...fingers.values()].some((finger) => view.figureAt(finger) === store.doc.selected);
    pinch = { on, doc: store.doc, from: store.figure, last: held() };
  };
  const applyPinch = () => {
    if (fingers.size < 2) return;
    const { on, doc, from, last } = pinch;
    const now = held();
    if (!on) {
      view.pinched(last, now);
      pinch.last = now;
      return;
    }
    const offset = g.times(g.minus(now.middle, last.middle), 1 / view.scale());
    const grown = g.withHeight(from, (g.height(from) * now.apart) / last.apart);
    const rotate = settled((from.rotate || 0) + now.slope - last.slope, [...fingers.values()][0]);
    store.live(store.withFigure(g.moved({ ...grown, rotate }, "figure", offset), doc));
  };

  /** One of the three clicks. Until the third is made, the bottom is the position. */
  const click = (pixel) => {
    const from = store.figure;
    let changed = from;
    if (ui.next === "position") {
      const up = g.minus(from.top, from.bottom);
      changed = deep({ ...from, position: pixel, bottom: [...pixel], top: g.plus(pixel, up) }, from);
    } else if (ui.next === "top") {
      changed = { ...from, top: pixel, bottom: [...from.position] };
    } else {
      changed = { ...from, bottom: pixel };
    }
    ui.next = g.POINTS[(g.POINTS.indexOf(ui.next) + 1) % g.POINTS.length];
    ui.placing = ui.next !== "position";
    store.commit(store.withFigure(changed));
  };
  const select = (index) => store.commit({ ...store.doc, selected: index });

  stage.addEventListener("pointerdown", (event) => {
    if (!store.doc || (event.button !== 0 && event.button !== 1)) return;
    event.preventDefault();
    const handle = event.target.closest("[data-handle]");
    (handle || stage).focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    if (fingers.size === 2) {
      desk.brushOff(true);
      startPinch();
      return;
    }
    if (fingers.size > 2 || drag || pinch) return;
    const pans = event.button === 1 || spaced;
    if (ui.brush !== "off" && !pans) {
      desk.brushDown(event);
      return;
    }
    const index = handle ? -1 : view.figureAt(event);
    const what = pans ? "pan" : handle ? handle.dataset.handle : index >= 0 ? "figure" : view.zoom > 1 ? "empty" : null;
    drag = {
      id: event.pointerId, what, index, start: event, last: event, far: pans, doc: store.doc, from: store.figure,
      corner: handle?.classList.contains("size")
        ? view.corners()[CORNERS.indexOf(what)]
        : null,
    };
  });

  stage.addEventListener("pointermove", (event) => {
    if (!store.doc) return;
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
    if (ui.brush !== "off" && !drag && !pinch) {
      desk.brushMove(event);
      return;
    }
    if (drag && event.pointerId === drag.id && !drag.far) {
      if (g.length(by(drag.start, event)) <= CLICK_SLACK) return;
      drag.far = true;
      if (drag.what === "empty") drag.what = "pan";
      if (drag.what) stage.classList.add("dragging");
      if (drag.index >= 0 && drag.index !== drag.doc.selected) {
        drag.doc = { ...drag.doc, selected: drag.index };
        drag.from = drag.doc.figures[drag.index];
      }
    }
    latest = event;
    soon();
  });

  const lift = (event, keep) => {
    if (!fingers.has(event.pointerId)) return;
    if (keep) soon.now();
    else soon.drop();
    fingers.delete(event.pointerId);
    if (pinch) {
      if (pinch.on) keep ? change(store.figure) : store.restore();
      pinch = fingers.size >= 2 ? pinch : null;
      return;
    }
    if (ui.brush !== "off" && !drag) {
      desk.brushOff(!keep);
      return;
    }
    if (!drag || event.pointerId !== drag.id) return;
    const { far, what, start, index } = drag;
    drag = null;
    stage.classList.remove("dragging");
    view.magnify(null);
    if (!keep) store.restore();
    else if (far && what && what !== "pan") {
      ui.placing = ui.next !== "position";
      store.commit(store.doc);
    }
    else if (far || what === "horizon" || what === "turn") store.restore();
    else if (index >= 0 && index !== store.doc.selected && ui.next === "position" && !ui.placing) select(index);
    else click(view.pixelAt(start));
  };
  for (const [kind, keep] of [["pointerup", true], ["pointercancel", false]]) {
    stage.addEventListener(kind, (event) => {
      lift(event, keep);
      if (!fingers.size) desk.lifted();
    });
  }
  stage.addEventListener("pointerleave", () => {
    if (drag) return;
    soon.drop();
    view.magnify(null);
    desk.pointTo(null);
    desk.brushAt(null);
  });
  // A second finger is for the canvas, not for scrolling the page.
  stage.addEventListener("touchstart", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });

  vton.onWheel(stage, () => store.doc, (turned, event) => {
    if (event.ctrlKey) {
      view.zoomBy(Math.exp(-turned * 0.004), view.onStage(event));
      return;
    }
    const pixels = -turned * 0.0004 * g.height(store.figure);
    resize(Math.sign(pixels) * Math.max(1, Math.abs(pixels)), "wheel");
  });

  /** What is changed otherwise than by clicks ends the placing by clicks, unless one of the three is still to come. */
  const change = (entry, group) => {
    ui.placing = ui.next !== "position";
    store.commit(store.withFigure(entry), group);
  };
  const resize = (pixels, group) => change(g.withHeight(store.figure, g.height(store.figure) + pixels), group);
  const turn = (degrees) => change(g.turned(store.figure, degrees), "turn");

  const arrow = (what, [x, y]) => {
    if (what === "turn") turn(x || y);
    else if (CORNERS.includes(what)) resize(x || -y, "size");
    else if (what === "horizon") {
      const line = g.clamp(store.doc.horizon + y, 0, view.size()[1] - 1);
      store.commit({ ...store.doc, horizon: line, drawn: true }, "horizon");
    } else change(movedTo(store.figure, what, [x, y]), "keys " + what);
  };

  const KEYS = {
    "+": (far) => resize(far, "size"),
    "=": (far) => resize(far, "size"),
    "-": (far) => resize(-far, "size"),
    _: (far) => resize(-far, "size"),
    ",": (far) => turn(-far),
    "<": (far) => turn(-far),
    ".": (far) => turn(far),
    ">": (far) => turn(far),
    f: () => desk.tools.flip.click(),
    g: () => desk.tools.grid.click(),
    0: () => view.whole(),
    i: () => view.zoomBy(1.5),
    o: () => view.zoomBy(1 / 1.5),
    pageup: () => desk.reorder(1),
    pagedown: () => desk.reorder(-1),
    delete: () => desk.dismissFigure(store.doc.selected),
    " ": () => (spaced = true),
    escape: () => {
      ui.next = "position";
      ui.placing = false;
      desk.brushWith("off");
      view.draw();
    },
  };
  /** With Alt, arrows move the view; the browser, which would go a page back, does not hear them. */
  const pan = (event) => {
    const by = vton.arrow({ key: event.key, shiftKey: event.shiftKey });
    if (!by || event.ctrlKey || event.metaKey) return;
    view.pan(g.times(by, -PAN));
    event.preventDefault();
  };
  stage.addEventListener("keydown", (event) => {
    if (!store.doc) return;
    if (event.altKey) return pan(event);
    const key = event.key.toLowerCase();
    const [steps, by] = [vton.undoKey(event), vton.arrow(event)];
    const brushes = ui.brush !== "off" && !event.target.dataset.handle;
    if (steps) store[steps]();
    else if (brushes && by) desk.brushStep(by);
    else if (brushes && key === "enter") desk.brushPress();
    else if (by) arrow(event.target.dataset.handle || "figure", by);
    else if (KEYS[key] && !event.ctrlKey && !event.metaKey) KEYS[key](event.shiftKey ? 10 : 1);
    else return;
    event.preventDefault();
    stage.classList.toggle("panning", spaced);
  });
  const unspace = () => {
    spaced = false;
    stage.classList.remove("panning");
  };
  stage.addEventListener("keyup", (event) => {
    if (event.key === " ") unspace();
    if (event.key === "Enter") desk.brushRelease();
  });
  stage.addEventListener("blur", () => {
    unspace();
    desk.brushRelease();
  });

  /** Let go of what the hand holds: the document has been replaced under it. */
  const release = () => {
    drag = pinch = latest = null;
    stage.classList.remove("dragging");
    view.magnify(null);
    desk.brushOff(true);
  };

  /** A hand is on the canvas. */
  const holding = () => fingers.size > 0;

  return { change, deep, holding, release };
};
