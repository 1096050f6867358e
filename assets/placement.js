// The placement panel: what its parts share, the fields and tools, and what passes between it and the server.
const { vton } = window;
const g = vton.geometry;
const state = vton.newest(props);
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const tools = Object.fromEntries([...element.querySelectorAll("[data-tool]")].map((b) => [b.dataset.tool, b]));
const points = Object.fromEntries([...element.querySelectorAll("[data-point]")].map((d) => [d.dataset.point, d]));
const measures = Object.fromEntries([...element.querySelectorAll("[data-measure]")].map((i) => [i.dataset.measure, i]));
const PATIENCE = 15000; // milliseconds after which an answer is not waited for any more
const IDLE = 2500; // milliseconds of rest after which it is asked who stands in the background
const stage = part("stage");
const store = vton.placementStore((entry) => view.bounded(entry));
const ui = { next: "position", placing: true, brush: "off", grid: false, guides: true };
let keys = 0;
let shown = state.value; // what the server says, as far as it is on show
let background = null;
let idle = 0;
let composing = 0; // the number of the message that asked for a picture, until it is answered
let asked = null; // the background whose people were asked for
let rendered = null; // the last rendering that the server has told of

const value = () => shown;
const key = () => (keys += 1);
const desk = { element, part, tools, store, ui, value, key, beforeFrame: () => {}, afterFrame: () => {} };
desk.hideRendered = () => part("rendered").classList.remove("shown");
desk.pointTo = (at) => {
  part("pointer").textContent = at ? vton.t("placement.pointer", { x: at[0], y: at[1] }) : "";
};
const view = (desk.view = vton.placementView(desk));
const cast = vton.placementFigures(desk);
const brush = vton.placementBrush(desk);
const finish = vton.placementFinish(desk);
const guides = vton.placementGuides(desk);
const hands = vton.placementGestures(desk);

// The numbers.

const write = (input, number) => {
  const text = String(Math.round(number * 10) / 10);
  if (input.value !== text) input.value = text;
};
const show = (input, number) => input !== document.activeElement && write(input, number);
const drawNumbers = () => {
  const entry = store.figure;
  for (const name of g.POINTS) {
    points[name].classList.toggle("next", ui.next === name);
    points[name].querySelector(".pick").setAttribute("aria-pressed", String(ui.next === name));
    for (const input of points[name].querySelectorAll("input")) show(input, entry[name][Number(input.dataset.axis)]);
  }
  show(measures.height, g.height(entry));
  show(measures.rotate, entry.rotate || 0);
};
const drawTools = () => {
  tools.flip.setAttribute("aria-pressed", String(store.figure.flip));
  tools.grid.setAttribute("aria-pressed", String(ui.grid));
  tools.guides.setAttribute("aria-pressed", String(ui.guides));
  tools.undo.disabled = !store.canUndo;
  tools.redo.disabled = !store.canRedo;
  tools.whole.textContent = vton.t("placement.percent", { value: Math.round(view.zoom * 100) });
  tools.out.disabled = view.zoom <= 1;
  const { cropped } = view.of(store.figure);
  const next = ui.brush !== "off" ? "brush" : ui.next;
  say("hint", cropped && next === "position" ? "placement.next.position.edge" : "placement.next." + next);
  say("lead", cropped ? "placement.lead.edge" : "placement.lead");
};
const say = (name, key) => {
  const text = vton.t(key);
  if (part(name).textContent !== text) part(name).textContent = text;
};
desk.beforeFrame = () => brush.draw();
desk.afterFrame = () => {
  drawNumbers();
  drawTools();
  if (store.moving) return; // what does not move waits until the hand rests
  cast.draw();
  finish.draw();
  guides.draw();
};

for (const name of g.POINTS) {
  points[name].querySelector(".pick").addEventListener("click", () => {
    ui.next = name;
    ui.placing = true;
    desk.brushWith("off");
  });
  for (const input of points[name].querySelectorAll("input")) {
    input.addEventListener("change", () => {
      const at = [...store.figure[name]];
      const axis = Number(input.dataset.axis);
      if (Number.isFinite(input.valueAsNumber)) at[axis] = input.valueAsNumber;
      const changed =
        name === "position" ? hands.deep(g.standingAt(store.figure, at), store.figure) : { ...store.figure, [name]: at };
      hands.change(changed, "typed " + name + axis);
      write(input, store.figure[name][axis]);
    });
  }
}
const typed = (name, change, read) =>
  measures[name].addEventListener("change", ({ target }) => {
    if (Number.isFinite(target.valueAsNumber)) hands.change(change(target.valueAsNumber), "typed " + name);
    write(target, read(store.figure));
    view.draw();
  });
const withinBounds = (tall) => {
  const bounds = { least: 2, most: view.tallest(store.figure) };
  const taken = g.clamp(tall, bounds.least, bounds.most);
  part("bounds").textContent = taken === tall ? "" : vton.t("placement.bounds", bounds);
  return taken;
};
typed("height", (tall) => g.withHeight(store.figure, withinBounds(tall), true), g.height);
typed("rotate", (degrees) => ({ ...store.figure, rotate: g.turn(degrees) }), (entry) => entry.rotate || 0);

// The tools.

const press = (name, action) => tools[name].addEventListener("click", action);
const flipped = () => ({ ...store.figure, flip: !store.figure.flip });
press("undo", () => store.undo());
press("redo", () => store.redo());
press("flip", () => hands.change(flipped()));
press("reset", () => {
  ui.next = "position";
  view.whole();
  hands.change({ ...store.figure, rotate: 0, ...view.of(store.figure).standard });
  ui.placing = true;
});
for (const name of ["grid", "guides"]) {
  press(name, () => {
    ui[name] = !ui[name];
    view.draw();
  });
}
press("in", () => view.zoomBy(1.5));
press("out", () => view.zoomBy(1 / 1.5));
press("whole", () => view.whole());
press("save", () => vton.downloadText(g.positionFile(store.figure), "position.txt"));
press("copy", async () => {
  await vton.copyText(g.positionFile(store.figure));
  const label = tools.copy.querySelector("span");
  label.textContent = vton.t("placement.copied");
  setTimeout(() => (label.textContent = vton.t("placement.copy")), 1500);
});
press("open", () => part("position-file").click());
part("position-file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  const read = file && file.size < 65536 ? g.fromPositionFile(await file.text()) : null;
  event.target.value = "";
  complaint?.remove();
  if (read) hands.change({ ...store.figure, ...read });
  else if (file) complain({ template: "This is no position file. It holds three lines of 'x y': position, top and bottom." });
});
let complaint = null; // until the next file is opened
const complain = (message) => part("errors").prepend((complaint = vton.notice(message, "error", () => {})));

// What the server is told, and what it says.

const told = { place: (data) => wish("place", data), compose: (data) => wish("compose", data) };
const sync = vton.placementSync(desk, brush, told);
desk.masked = sync.masked;
store.on((what) => {
  if (what !== "live") sync.changed();
  if (!sync.shows(rendered)) desk.hideRendered();
  view.draw();
  if (what === "rest") look(IDLE);
  desk.lifted();
});

press("compose", () => {
  if (composing) return;
  const mine = (composing = sync.compose());
  drawCompose();
  setTimeout(() => {
    if (composing !== mine) return;
    composing = 0; // no answer: it may be asked for again
    drawCompose();
  }, PATIENCE);
});
const drawCompose = () => {
  const busy = composing || value().busy;
  tools.compose.disabled = Boolean(busy);
  tools.compose.classList.toggle("busy", Boolean(busy));
  part("compose").textContent = vton.t(busy ? "placement.composing" : "placement.compose");
};

/** What the server has rendered fades in once the hand rests, if it shows everything where it is now. */
const drawRendered = () => {
  rendered = value().rendered || rendered;
  const image = part("rendered");
  if (!sync.shows(rendered)) return;
  const reveal = () => sync.shows(rendered) && image.classList.add("shown");
  if (image.getAttribute("src") === rendered.url) {
    if (image.complete) reveal(); // else it is on its way
  } else {
    image.addEventListener("load", reveal, { once: true });
    image.src = rendered.url;
  }
};

/** Ask who stands in the background, once the hand and the server have nothing else to do. */
const look = (pause) => {
  clearTimeout(idle);
  if (value().people || asked === background) return;
  idle = setTimeout(() => {
    if (store.moving || value().busy) return look(pause);
    asked = background;
    wish("look", { id: sync.scene });
  }, pause);
};
element.querySelector('[data-more="scale"]').addEventListener("toggle", (event) => event.target.open && look(0));

/** The horizon that was found, where the hand has neither drawn one nor taken it away. */
const takeHorizon = () => {
  const line = guides.found();
  if (line !== null) store.rewrite((doc) => (doc.drawn || doc.horizon !== null ? doc : { ...doc, horizon: line }));
};

const drawScene = () => {
  const now = value();
  sync.leave(now);
  const [w, h] = now.background.size;
  stage.style.setProperty("--w", w);
  stage.style.setProperty("--h", h);
  vton.setPicture(part("scene"), now.background.url, vton.t("placement.scene"));
  if (background !== now.background.url) {
    background = now.background.url;
    vton.setPicture(part("detail"), "", "");
    view.whole();
  }
  const changed = sync.take(now);
  if (changed) hands.release();
  if (changed === "all") [ui.next, ui.placing, ui.brush] = ["position", now.fresh, "off"];
  else if (changed && now.fresh) [ui.next, ui.placing] = ["position", true];
  look(IDLE);
  takeHorizon();
  drawRendered();
  view.draw();
};

const draw = () => {
  if (hands.holding() || store.moving) return; // what the server says waits until the hand rests
  const now = (shown = state.value);
  part("root").hidden = !now.figures;
  part("empty").hidden = Boolean(now.background);
  part("body").hidden = !now.background;
  vton.showNotices(part("errors"), now.errors, "error", () => wish("dismiss", { place: "placement" }));
  if (now.answered >= composing) composing = 0;
  drawCompose();
  if (now.figures && now.background) drawScene();
};
desk.lifted = () => shown !== state.value && draw();
vton.panel(element, watch, state, draw);
part("scene").addEventListener("load", () => view.draw());

part("choose").addEventListener("click", () => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const input = document.querySelector('[data-slot="background"] input');
  input.closest(".slot").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
  input.focus({ preventScroll: true });
});
