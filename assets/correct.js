// Corrections by hand: points, masks and body parts, edited here without the server until Redo is pressed. Points are in the pixels of
// the subject's own picture; only the view knows how large that is shown.
const { vton } = window;
const state = vton.newest(props);
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const tools = Object.fromEntries([...element.querySelectorAll("[data-act]")].map((b) => [b.dataset.act, b]));
const NEAREST = 24;
const pane = part("pane");
const canvas = part("canvas");
const context = canvas.getContext("2d");
const work = vton.correctWork(() => state.value);
// ``current`` is the subject on show, ``chosen`` the point that keys and numbers move, ``fill`` whether a click fills an
// area, ``hover`` where the brush is in the picture, ``held`` the point that is dragged, ``asked`` is Redo until the
// server has answered.
const ui = { current: null, chosen: null, brush: "add", fill: false, hover: null, held: null, asked: false };
const view = vton.zoom(pane, () => NEAREST, () => draw());
const painter = vton.correctPainter(context, view);
let wanted = null; // the subject to show once it is there
let shownFit = 0;

const desk = () => ui.current && work.desks.get(ui.current.id);
const isPainted = () => Boolean(ui.current) && ui.current.kind !== "points";
const paints = () => isPainted() && ui.brush !== "move" && Boolean(desk().mask);
/** Of the brush, in pixels of the picture. */
const radius = () => {
  const share = element.querySelector("[name=size]").valueAsNumber / 100;
  return Math.max(1, 0.12 * Math.max(...ui.current.size) * share * share);
};

/** Make ``now`` what is; changes of one ``group`` that follow each other are taken back together. */
const commit = (now, group) => {
  const own = desk();
  own.steps.push(own.now, group);
  own.now = now;
  work.keep();
  draw();
};
const step = (forward) => {
  const own = desk();
  const found = forward ? own.steps.again(own.now) : own.steps.back(own.now);
  if (!found) return;
  own.now = found;
  work.keep();
  draw();
};
const reset = () => commit(isPainted() ? [...desk().now, { brush: "clear", radius: 0, points: [] }] : { ...ui.current.found });

const paint = vton.framed(() => {
  const own = desk();
  const [w, h] = view.frame;
  if (!own || !w) return;
  const ratio = devicePixelRatio || 1;
  const size = [Math.round(w * ratio), Math.round(h * ratio)];
  if (!vton.same(size, [canvas.width, canvas.height])) [canvas.width, canvas.height] = size;
  view.show(ui.current.size);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, w, h);
  painter.picture(own, ratio);
  if (!isPainted()) {
    painter.lines(own);
    points.place();
    if (ui.held && own.photo) painter.lens(own, own.now[ui.held]);
  } else if (ui.hover && ui.brush !== "move") painter.ring(ui.hover, radius());
});
const draw = () => {
  drawTools();
  paint();
};

const table = { element, part, tools, ui, view, work, state, pane, commit, desk, draw, isPainted, paints, radius, reset, step };
const points = (table.points = vton.correctPoints(table));
const drawTools = vton.correctTools(table, (id) => open(id));
vton.correctHands(table);

// To the server.

const redo = async () => {
  if (ui.asked) return;
  ui.asked = true;
  draw();
  const [moved, layers, sent] = [{}, {}, new Map()];
  try {
    for (const [id, own] of work.desks) {
      if (!(work.dirty(id) || work.behind(id))) continue;
      await own.ready; // strokes mean nothing without the mask that they are on
      const { now, subject } = own;
      sent.set(own, now);
      if (own.mask) {
        const file = work.dirty(id) || subject.layer ? await own.mask.file(now) : null;
        layers[id] = file ? (await upload(file)).path : null;
      } else {
        moved[id] = Object.fromEntries(Object.entries(now).filter(([name, at]) => !vton.same(at, subject.found[name])));
      }
    }
    wish("redo", { points: moved, layers });
    for (const [own, now] of sent) own.sent = now;
  } catch {
    const message = { template: "The file could not be sent. Check that the page is still connected, and try again.", values: {} };
    vton.showNotices(part("errors"), [message], "error", () => {});
  }
  setTimeout(() => {
    ui.asked = false; // the server's word decides from here on
    take();
    draw();
  }, 1500);
};
tools.redo.addEventListener("click", redo);

// From the server.

/** Put a subject on its desk, with what was done to it before a reload; its pictures follow. */
const prepare = (subject, held) => {
  const own = work.laid(subject, held);
  own.ready = furnish(own, subject);
};
const furnish = async (own, subject) => {
  const urls = [subject.photo, subject.mask, subject.layer].map((url) => (url ? vton.loaded(url) : null));
  const [photo, found, layer] = await Promise.all(urls);
  own.photo = photo;
  if (found) own.mask = (subject.kind === "parts" ? vton.bodyParts : vton.mask)(found, layer, subject.size, subject.paints);
  draw();
};

const open = (id) => {
  wanted = id;
  const subject = work.subjects().find((one) => one.id === id);
  if (!subject) return;
  if (!ui.current || ui.current.id !== id) [ui.chosen, ui.hover] = [null, null];
  ui.current = subject;
  const brushes = vton.brushesOf(subject);
  if (brushes.length && !brushes.includes(ui.brush)) [ui.brush] = brushes;
  part("desk").hidden = false;
  points.make();
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
  // What is being sent is still that of the fit before.
  if (!subjects.length || shownFit === id || ui.asked) return;
  shownFit = id;
  const before = new Map(work.desks);
  const held = before.size ? {} : work.kept();
  for (const subject of subjects) if (before.has(subject.id)) held[subject.id] = work.unsent(before.get(subject.id), subject);
  work.desks.clear();
  table.release();
  for (const subject of subjects) prepare(subject, held[subject.id]);
  work.keep();
  const next = subjects.find((subject) => subject.id === (wanted || (ui.current && ui.current.id)));
  ui.current = null;
  open((next || subjects.find((subject) => subject.kind === "points" && subject.id !== "joints") || subjects[0]).id);
};

vton.panel(element, watch, state, () => {
  const { id, running, subjects, errors } = state.value;
  part("root").hidden = !id;
  if (running) ui.asked = false;
  if (subjects.length) ask.for = 0; // a server that has let go of them is asked again
  if (errors.length) for (const own of work.desks.values()) own.sent = undefined; // perhaps it was not taken
  vton.showNotices(part("errors"), errors, "error", () => wish("dismiss", { place: "correct" }));
  ask();
  take();
  part("desk").hidden = !ui.current;
  part("hint").textContent = ui.current ? "" : vton.t("correct.wait");
  draw();
});
