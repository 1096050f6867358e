// Corrections by hand: points and masks, edited here without the server until Redo is pressed. Points are in the pixels of
// the subject's own picture; only the view knows how large that is shown.
const { vton } = window;
const state = vton.newest(props);
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const tools = Object.fromEntries([...element.querySelectorAll("[data-act]")].map((b) => [b.dataset.act, b]));
const brushes = [...element.querySelectorAll("[data-brush]")];
const pane = part("pane");
const canvas = part("canvas");
const context = canvas.getContext("2d");
const view = vton.view(pane);
const painter = vton.correctPainter(pane, context, view);
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const { behind, copy, desks, dirty, keep, kept, same, unsent } = vton.correctWork(() => state.value);
let current = null; // the subject on show
let wanted = null; // the subject to show once it is there
let chosen = null; // the point that keys and numbers move
let brush = "add";
let drag = null;
const fingers = new Map();
let hover = null; // where the brush is, in the picture
let painting = false; // the space bar holds the brush down
let burst = ""; // keys that undo takes back together
let burstTimer = 0;
let asked = false;
let frame = 0;
let heldFit = 0;

const tenth = (point) => point.map((v) => Math.round(v * 10) / 10);
const desk = () => current && desks.get(current.id);
const isJoints = () => current && current.id === "joints";
const isMask = () => current && current.kind === "mask";
const radius = () => {
  const share = element.querySelector("[name=size]").valueAsNumber / 100;
  return Math.max(1, 0.12 * Math.max(...current.size) * share * share);
};

const loaded = (url) =>
  new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = fail;
    image.src = url;
  });

/** Make a subject ready to be edited: its pictures, and what was done to it before a reload. */
const prepare = async (subject, held) => {
  const own = { subject, photo: null, mask: null, now: null, past: [], future: [] };
  desks.set(subject.id, own);
  if (subject.kind === "points") own.now = held || copy(subject.points);
  else own.strokes = held || [];
  const urls = [subject.photo, subject.mask, subject.layer].map((url) => (url ? loaded(url) : null));
  const [photo, found, layer] = await Promise.all(urls);
  own.photo = photo;
  if (found) {
    own.mask = vton.mask(found, layer, subject.size);
    own.mask.strokes = own.strokes;
  }
  draw();
};

// Drawing

const paint = () => {
  frame = 0;
  const own = desk();
  if (!own || !pane.clientWidth) return;
  const ratio = devicePixelRatio || 1;
  const [w, h] = [pane.clientWidth, pane.clientHeight];
  if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
  }
  view.show(current.size);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, w, h);
  painter.picture(own, ratio);
  if (own.now) {
    painter.lines(own);
    placeDots(own);
    if (drag && drag.name && own.photo) painter.lens(own, own.now[drag.name]);
  } else if (hover && brush !== "move") painter.ring(hover, radius());
};

const placeDots = (own) => {
  for (const dot of part("dots").children) {
    const at = own.now[dot.dataset.dot];
    dot.hidden = !at;
    if (!at) continue;
    const place = view.toPane(at);
    dot.style.transform = "translate(" + place[0] + "px," + place[1] + "px)";
    const said = vton.t("correct.at", { name: vton.t("point." + dot.dataset.dot), x: Math.round(at[0]), y: Math.round(at[1]) });
    if (dot.getAttribute("aria-label") !== said) dot.setAttribute("aria-label", said);
    dot.classList.toggle("moved", !same(at, current.found[dot.dataset.dot]));
    dot.classList.toggle("chosen", dot.dataset.dot === chosen);
  }
};

const makeDots = () => {
  const names = current && current.kind === "points" ? Object.keys(current.points) : [];
  const key = current && current.id + names.join();
  if (part("dots").dataset.shown === key) return;
  part("dots").dataset.shown = key;
  part("dots").replaceChildren(
    ...names.map((name) => {
      const dot = document.createElement("button");
      Object.assign(dot, { type: "button", className: "dot" });
      dot.dataset.dot = name;
      dot.addEventListener("focus", () => choose(name));
      return dot;
    }),
  );
};

const choose = (name) => {
  chosen = name;
  const at = desk().now[name];
  if (at && !drag) view.reveal(at);
  draw();
};

const steps = () => {
  const own = desk();
  if (!own) return [0, 0];
  return own.mask ? [own.mask.strokes.length, own.mask.undone] : [own.past.length, own.future.length];
};

const drawTools = () => {
  const own = desk();
  const mask = isMask();
  const all = state.value.subjects.filter(({ id }) => dirty(id) || behind(id));
  const [back, on] = steps();
  part("brushes").hidden = part("size").hidden = !mask;
  part("point").hidden = mask || !chosen || !own || !own.now || !own.now[chosen];
  part("absent").hidden = mask || !isJoints();
  tools.gone.hidden = !isJoints();
  for (const button of brushes) button.setAttribute("aria-pressed", String(button.dataset.brush === brush));
  pane.dataset.hand = mask ? brush : "";
  if (!part("point").hidden) {
    part("name").textContent = vton.t("point." + chosen);
    for (const input of part("point").querySelectorAll("input")) {
      if (input !== document.activeElement) input.value = tenth(own.now[chosen])[Number(input.dataset.axis)];
    }
  }
  tools.undo.disabled = !back;
  tools.again.disabled = !on;
  tools.reset.disabled = !own || !(mask ? back || current.layer : !same(own.now, current.found));
  const busy = asked || state.value.running;
  tools.redo.disabled = busy || !all.length;
  tools.redo.classList.toggle("busy", busy);
  part("redo").textContent = vton.t(busy ? "fit.running" : "correct.redo");
  part("after").textContent = all.length
    ? vton.t(all.some(({ id }) => id === "cutout") ? "correct.after.cutout" : all.some(({ id }) => id === "joints") ? "correct.after.joints" : "correct.after.garment")
    : "";
  part("help").textContent = vton.t(mask ? "correct.help.mask" : "correct.help.points");
  drawAbsent(own);
};

const drawAbsent = (own) => {
  if (part("absent").hidden || !own.now) return;
  const names = Object.keys(own.now).filter((name) => !own.now[name]);
  const key = vton.language + names.join();
  part("absent").hidden = !names.length;
  if (part("add").dataset.shown === key) return;
  part("add").dataset.shown = key;
  const option = (name, text) => Object.assign(document.createElement("option"), { value: name, textContent: text });
  part("add").replaceChildren(option("", "–"), ...names.map((name) => option(name, vton.t("point." + name))));
};

const subjectName = (id) => {
  const two = state.value.subjects.some((subject) => subject.id.startsWith("second."));
  const [slot, what] = id.split(".");
  if (!what) return vton.t("correct." + id);
  return two ? vton.t("correct.of." + what, { garment: vton.t("slot." + slot) }) : vton.t("correct." + what);
};

const drawSubjects = () => {
  const { subjects, edited } = state.value;
  if (!subjects.length && current) return; // another fit's are on their way
  const key = vton.language + subjects.map(({ id }) => id).join();
  if (part("subjects").dataset.shown !== key) {
    part("subjects").dataset.shown = key;
    part("subjects").replaceChildren(
      ...subjects.map(({ id }) => {
        const button = document.createElement("button");
        Object.assign(button, { type: "button", className: "quiet" });
        button.dataset.subject = id;
        button.textContent = subjectName(id);
        button.addEventListener("click", () => open(id));
        return button;
      }),
    );
  }
  for (const button of part("subjects").children) {
    const { subject } = button.dataset;
    button.setAttribute("aria-pressed", String(Boolean(current) && current.id === subject));
    button.classList.toggle("edited", dirty(subject) || edited.includes(subject));
  }
  const names = [...new Set([...edited, ...subjects.map(({ id }) => id).filter(dirty)])].filter((id) => subjects.some((s) => s.id === id));
  part("used").textContent = edited.length || names.length ? vton.t("correct.used", { number: new Set([...edited, ...names]).size }) : "";
};

const draw = () => {
  drawSubjects();
  drawTools();
  if (!frame) frame = requestAnimationFrame(paint);
};

// Points

const move = (name, at, group = "") => {
  const own = desk();
  const [w, h] = current.size;
  const place = at && tenth([Math.min(Math.max(at[0], 0), w - 1), Math.min(Math.max(at[1], 0), h - 1)]);
  if (same(own.now[name], place)) return;
  if (!group || group !== burst) own.past.push(copy(own.now));
  burst = group;
  clearTimeout(burstTimer);
  burstTimer = setTimeout(() => (burst = ""), 700);
  own.future = [];
  own.now = { ...own.now, [name]: place };
  if (place && !drag) view.reveal(place);
  keep();
  draw();
};

const step = (forward) => {
  const own = desk();
  if (!own || !steps()[forward ? 1 : 0]) return;
  burst = "";
  if (own.mask) forward ? own.mask.again() : own.mask.undo();
  else {
    const [from, to] = forward ? [own.future, own.past] : [own.past, own.future];
    to.push(own.now);
    own.now = from.pop();
  }
  keep();
  draw();
};

const reset = () => {
  const own = desk();
  burst = "";
  if (own.mask) own.mask.begin("clear", 0, null);
  else if (own.now) {
    own.past.push(own.now);
    own.future = [];
    own.now = copy(current.found);
  }
  keep();
  draw();
};

// Hands

const stroke = (place) => desk().mask.begin(brush, radius(), view.toPicture(place));

const pinch = () => {
  const [a, b] = [...fingers.values()];
  return { middle: a.map((v, k) => (v + b[k]) / 2), apart: Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])) };
};

const begin = (event) => {
  const place = view.place(event);
  const dot = event.target.closest("[data-dot]");
  if (dot && event.button === 0) {
    const name = dot.dataset.dot;
    dot.focus({ preventScroll: true });
    const at = desk().now[name];
    drag = { name, grip: view.toPane(at).map((v, k) => v - place[k]), before: copy(desk().now), place };
  } else if (isMask() && brush !== "move" && event.button === 0 && desk().mask) {
    stroke(place);
    drag = { stroke: true, place };
  } else {
    drag = { place };
  }
};

pane.addEventListener("pointerdown", (event) => {
  if (!desk() || event.target.closest(".zoom")) return;
  if (!event.target.closest("[data-dot]")) pane.focus({ preventScroll: true });
  event.preventDefault();
  pane.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, view.place(event));
  if (fingers.size === 2) {
    give(false); // a second finger moves and sizes the picture instead
    drag = { pinch: pinch() };
  } else if (fingers.size === 1) begin(event);
  draw();
});

pane.addEventListener("pointermove", (event) => {
  const own = desk();
  if (!own) return;
  const place = view.place(event);
  if (isMask()) hover = view.toPicture(place);
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, place);
  if (drag && drag.pinch && fingers.size === 2) {
    const now = pinch();
    view.moveBy(now.middle.map((v, k) => v - drag.pinch.middle[k]));
    view.zoomBy(now.apart / drag.pinch.apart, now.middle);
    drag.pinch = now;
  } else if (drag && drag.name) {
    const at = view.toPicture(place.map((v, k) => v + drag.grip[k]));
    own.now = { ...own.now, [drag.name]: tenth(at.map((v, k) => Math.min(Math.max(v, 0), current.size[k] - 1))) };
    drag.far = drag.far || Math.hypot(place[0] - drag.place[0], place[1] - drag.place[1]) > 2;
    if (!drag.far) own.now = copy(drag.before);
  } else if (drag && drag.stroke) {
    own.mask.extend(view.toPicture(place));
  } else if (drag && drag.place) {
    view.moveBy(place.map((v, k) => v - drag.place[k]));
    drag.place = place;
  }
  if (drag || isMask()) draw();
});

/** Let go of what the hand holds: kept, or as it was before. */
const give = (keeps) => {
  const own = desk();
  if (drag && drag.name) {
    const { name, before } = drag;
    const at = own.now[name];
    own.now = before;
    drag = null;
    if (keeps) move(name, at);
  } else if (drag && drag.stroke) {
    if (!keeps) own.mask.drop();
    keep();
  }
  drag = null;
  draw();
};
const lift = (keeps) => (event) => {
  if (!fingers.delete(event.pointerId)) return;
  give(keeps);
};
pane.addEventListener("pointerup", lift(true));
pane.addEventListener("pointercancel", lift(false));
pane.addEventListener("pointerleave", () => {
  if (drag) return;
  hover = null;
  draw();
});

pane.addEventListener(
  "wheel",
  (event) => {
    // Until the picture was clicked, the wheel scrolls the page, as everywhere.
    if (!desk() || !(pane.contains(document.activeElement) || event.ctrlKey)) return;
    event.preventDefault();
    const turn = Math.max(-100, Math.min(100, event.deltaY * (event.deltaMode === 1 ? 33 : 1)));
    view.zoomBy(Math.exp(-turn * 0.003), view.place(event));
    draw();
  },
  { passive: false },
);

/** The arrow keys move the point that has the focus, the brush over a mask, else the picture. */
const arrow = (event, by) => {
  const name = event.target.dataset.dot;
  if (name) return move(name, desk().now[name].map((v, k) => v + by[k]), "keys " + name);
  if (!isMask() || brush === "move") return view.moveBy(by.map((v) => -20 * v));
  hover = (hover || view.toPicture([pane.clientWidth / 2, pane.clientHeight / 2])).map((v, k) => Math.min(Math.max(v + by[k], 0), current.size[k] - 1));
  view.reveal(hover);
  if (painting) desk().mask.extend(hover);
};

const keys = {
  "+": () => view.zoomBy(1.3),
  "=": () => view.zoomBy(1.3),
  "-": () => view.zoomBy(1 / 1.3),
  0: () => view.zoomTo(1),
  "[": () => resize(-4),
  "]": () => resize(4),
};
const resize = (by) => {
  element.querySelector("[name=size]").valueAsNumber += by;
};

pane.addEventListener("keydown", (event) => {
  if (!desk() || event.target.closest(".zoom")) return;
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (event.key in ARROWS && !command && !event.altKey) {
    arrow(event, ARROWS[event.key].map((v) => v * (event.shiftKey ? 10 : 1)));
  } else if (command && key === "z") {
    step(event.shiftKey);
  } else if (command && key === "y") {
    step(true);
  } else if (!command && (key === " " || key === "enter") && isMask() && brush !== "move" && desk().mask) {
    hover = hover || view.toPicture([pane.clientWidth / 2, pane.clientHeight / 2]);
    if (!painting && !event.repeat) desk().mask.begin(brush, radius(), hover);
    painting = true;
  } else if (!command && (key === "delete" || key === "backspace") && event.target.dataset.dot && isJoints()) {
    remove();
  } else if (!command && key in keys) {
    keys[key]();
  } else {
    return;
  }
  event.preventDefault();
  draw();
});
const liftBrush = () => {
  if (!painting) return;
  painting = false;
  keep();
  draw();
};
pane.addEventListener("keyup", (event) => [" ", "Enter"].includes(event.key) && liftBrush());
pane.addEventListener("blur", liftBrush);

const remove = () => {
  move(chosen, null);
  chosen = null;
  pane.focus({ preventScroll: true });
};

for (const button of brushes) {
  button.addEventListener("click", () => {
    brush = button.dataset.brush;
    draw();
  });
}
for (const input of part("point").querySelectorAll("input")) {
  input.addEventListener("change", () => {
    const at = [...desk().now[chosen]];
    if (Number.isFinite(input.valueAsNumber)) at[Number(input.dataset.axis)] = input.valueAsNumber;
    move(chosen, at);
  });
}
part("add").addEventListener("change", () => {
  const name = part("add").value;
  if (!name) return;
  move(name, view.toPicture([pane.clientWidth / 2, pane.clientHeight / 2]));
  choose(name);
  requestAnimationFrame(() => part("dots").querySelector('[data-dot="' + name + '"]').focus({ preventScroll: true }));
});
element.querySelector("[name=size]").addEventListener("input", () => draw());
const act = {
  undo: () => step(false),
  again: () => step(true),
  reset,
  gone: remove,
  in: () => view.zoomBy(1.5),
  out: () => view.zoomBy(1 / 1.5),
  whole: () => view.zoomTo(1),
};
for (const [name, work] of Object.entries(act)) {
  tools[name].addEventListener("click", () => {
    work();
    draw();
  });
}

tools.redo.addEventListener("click", async () => {
  if (asked) return;
  asked = true;
  draw();
  const points = {};
  const layers = {};
  const sent = new Map();
  try {
    for (const [id, own] of desks) {
      if (!(dirty(id) || behind(id)) || (own.strokes && !own.mask)) continue;
      sent.set(own, own.mask ? own.mask.strokes.length : own.now);
      if (own.mask) {
        const file = dirty(id) || own.subject.layer ? await own.mask.file() : null;
        layers[id] = file ? (await upload(file)).path : null;
      } else {
        const names = Object.keys(own.now).filter((name) => !same(own.now[name], own.subject.found[name]));
        points[id] = Object.fromEntries(names.map((name) => [name, own.now[name]]));
      }
    }
    wish("redo", { points, layers });
    for (const [own, mark] of sent) own.sent = mark;
  } catch {
    const message = { template: "The file could not be sent. Check that the page is still connected, and try again.", values: {} };
    vton.showNotices(part("errors"), [message], "error", () => {});
  }
  setTimeout(() => {
    asked = false; // the server's word decides from here on
    draw();
  }, 1500);
});

// Opening

const open = (id) => {
  wanted = id;
  const subject = state.value.subjects.find((one) => one.id === id);
  if (!subject) return;
  if (!current || current.id !== id) [chosen, hover] = [null, null];
  current = subject;
  part("desk").hidden = false;
  makeDots();
  draw();
};

/** Ask for the pictures of the fit that is there; the first look, and each after another fit. */
const ask = () => {
  const { id, running, subjects } = state.value;
  if (part("root").open && id && !running && !subjects.length && ask.for !== id) {
    ask.for = id;
    wish("look", {});
  }
};
part("root").addEventListener("toggle", () => {
  ask();
  draw();
});
vton.correct = (subject) => {
  wanted = subject;
  part("root").open = true;
  ask();
  open(subject);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  part("root").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
};

const take = () => {
  const { id, subjects } = state.value;
  if (!subjects.length || heldFit === id) return;
  heldFit = id;
  const before = new Map(desks);
  const held = before.size ? {} : kept();
  for (const subject of subjects) if (before.has(subject.id)) held[subject.id] = unsent(before.get(subject.id), subject);
  desks.clear();
  [drag, painting] = [null, false];
  for (const subject of subjects) prepare(subject, held[subject.id]);
  keep();
  const next = subjects.find((subject) => subject.id === (wanted || (current && current.id)));
  current = null;
  open((next || subjects.find((subject) => subject.kind === "points" && subject.id !== "joints") || subjects[0]).id);
};

new ResizeObserver(() => draw()).observe(pane);
vton.panel(element, watch, state, () => {
  const { id, running, subjects, errors } = state.value;
  part("root").hidden = !id;
  if (running) asked = false;
  if (subjects.length) ask.for = 0; // a server that has let go of them is asked again
  if (errors.length) for (const own of desks.values()) own.sent = undefined; // perhaps it was not taken
  vton.showNotices(part("errors"), errors, "error", () => wish("dismiss", { place: "correct" }));
  ask();
  take();
  part("desk").hidden = !current;
  part("hint").textContent = current ? "" : vton.t("correct.wait");
  draw();
});
