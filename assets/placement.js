// The placement panel: what its parts share, the fields and tools, and what passes between it and the server.
const { vton } = window;
const g = vton.geometry;
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const tools = Object.fromEntries([...element.querySelectorAll("[data-tool]")].map((b) => [b.dataset.tool, b]));
const points = Object.fromEntries([...element.querySelectorAll("[data-point]")].map((d) => [d.dataset.point, d]));
const measures = Object.fromEntries([...element.querySelectorAll("[data-measure]")].map((i) => [i.dataset.measure, i]));
const REST = 300; // milliseconds of rest after which the server is told
const IDLE = 2500; // milliseconds of rest after which it is asked who stands in the background
const stage = part("stage");
const store = vton.placementStore();
const ui = { next: "position", placing: true, brush: "off", grid: false, guides: true, view: { zoom: 1, pan: [0, 0] } };
let keys = 0;
let shown = null; // id of the figure and background on show
let background = null;
let timer = 0;
let stamp = 0; // of what the server was told last
let last = null; // the document that the server was told last
let sent; // the painted document that the server has
let idle = 0;
let composing = false;
let asked = null; // the background whose people were asked for

const value = () => props.value;
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

const show = (input, number) => {
  const text = String(Math.round(number * 10) / 10);
  if (input !== document.activeElement && input.value !== text) input.value = text;
};
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
  tools.whole.textContent = vton.t("placement.percent", { value: Math.round(ui.view.zoom * 100) });
  tools.out.disabled = ui.view.zoom <= 1;
  const hint = vton.t(ui.brush === "off" ? "placement.next." + ui.next : "placement.next.brush");
  if (part("hint").textContent !== hint) part("hint").textContent = hint;
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
      if (Number.isFinite(input.valueAsNumber)) at[Number(input.dataset.axis)] = input.valueAsNumber;
      input.blur();
      hands.change(name === "position" ? hands.deep(g.standingAt(store.figure, at), store.figure) : { ...store.figure, [name]: at });
    });
  }
}
const typed = (input, change) =>
  input.addEventListener("change", () => {
    const number = input.valueAsNumber;
    input.blur();
    if (Number.isFinite(number)) hands.change(change(number));
    view.draw();
  });
typed(measures.height, (tall) => g.withHeight(store.figure, tall, true));
typed(measures.rotate, (degrees) => ({ ...store.figure, rotate: g.turn(degrees) }));

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
press("in", () => view.zoom(1.5));
press("out", () => view.zoom(1 / 1.5));
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
  if (read) hands.change({ ...store.figure, ...read });
  else if (file) complain({ template: "This is no position file. It holds three lines of 'x y': position, top and bottom." });
});
const complain = (message) => part("errors").replaceChildren(vton.notice(message, "error", () => {}));

// What the server is told, and what it says.

const entry = ({ key: _, ...rest }) => rest;
const arrangement = () => {
  const { figures, selected, horizon, perspective, painted } = store.doc;
  const told = { figures: figures.map(entry), selected, horizon, perspective };
  const mask = painted === sent ? undefined : brush.picture();
  if (mask !== undefined) [told.occluder, sent] = [mask, painted];
  if (last !== store.doc) stamp = Math.max(stamp + 1, Date.now()); // another tab's are others
  last = store.doc;
  return { id: shown, stamp, scene: told };
};
store.on((what) => {
  desk.hideRendered();
  view.draw();
  if (what !== "rest") return;
  clearTimeout(timer);
  timer = setTimeout(() => wish("place", arrangement()), REST);
  look(IDLE);
});

press("compose", () => {
  if (composing) return;
  clearTimeout(timer);
  composing = true;
  drawCompose();
  setTimeout(() => {
    composing = false; // the server's word decides from here on
    drawCompose();
  }, 1500);
  wish("compose", arrangement());
});
const drawCompose = () => {
  const busy = composing || value().busy;
  tools.compose.disabled = Boolean(busy);
  tools.compose.classList.toggle("busy", Boolean(busy));
  part("compose").textContent = vton.t(busy ? "placement.composing" : "placement.compose");
};

/** What the server has rendered fades in once the hand rests, if it is of what is there now. */
const drawRendered = () => {
  const { rendered } = value();
  const image = part("rendered");
  if (!rendered || rendered.stamp !== stamp || store.moving) return;
  const reveal = () => {
    if (value().rendered?.stamp === stamp && !store.moving) image.classList.add("shown");
  };
  if (image.getAttribute("src") === rendered.url) {
    if (image.complete) reveal(); // else it is on its way
  } else {
    image.addEventListener("load", reveal, { once: true });
    image.src = rendered.url;
  }
};

const load = ({ figures, selected, horizon, perspective, occluder }) => {
  const painted = { base: occluder, strokes: [] };
  const document = { figures: figures.map((p) => ({ ...p, key: key() })), selected, horizon, perspective, painted };
  store.load(document);
  sent = painted;
  last = document;
  stamp = value().stamp;
};

/** Ask who stands in the background, once the hand and the server have nothing else to do. */
const look = (pause) => {
  clearTimeout(idle);
  if (value().people || asked === background) return;
  idle = setTimeout(() => {
    if (store.moving || value().busy) return look(pause);
    asked = background;
    wish("look", { id: shown });
  }, pause);
};
element.querySelector('[data-more="scale"]').addEventListener("toggle", (event) => event.target.open && look(0));

/** The horizon that was found, where the hand has drawn none. */
const takeHorizon = () => {
  const line = guides.found();
  if (line !== null && store.doc.horizon === null && !store.canUndo) store.load({ ...store.doc, horizon: line });
};

vton.panel(element, watch, () => {
  const now = value();
  part("root").hidden = !now.figures;
  part("empty").hidden = Boolean(now.background);
  part("body").hidden = !now.background;
  vton.showNotices(part("errors"), now.errors, "error", () => wish("dismiss", { place: "placement" }));
  drawCompose();
  if (now.errors.length) sent = undefined; // what was refused was not taken: the mask goes along again
  if (!now.figures || !now.background) return;
  const [w, h] = now.background.size;
  stage.style.setProperty("--w", w);
  stage.style.setProperty("--h", h);
  vton.setPicture(part("scene"), now.background.url, vton.t("placement.scene"));
  if (background !== now.background.url) {
    background = now.background.url;
    vton.setPicture(part("detail"), "", "");
    ui.view = { zoom: 1, pan: [0, 0] };
  }
  if (shown !== now.id || !store.doc) {
    // Keep what the hand has set unless it was set for another figure or another background.
    shown = now.id;
    hands.release();
    load(now.scene);
    [ui.next, ui.placing, ui.brush] = ["position", now.fresh, "off"];
  }
  look(IDLE);
  takeHorizon();
  drawRendered();
  view.draw();
});
part("scene").addEventListener("load", () => view.draw());

part("choose").addEventListener("click", () => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const input = document.querySelector('[data-slot="background"] input');
  input.closest(".slot").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
  input.focus({ preventScroll: true });
});
