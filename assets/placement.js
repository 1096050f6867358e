// The placement canvas. Everything here is in background pixels (pixel centres at integers), as the position file is;
// only `toView` and `pixelAt` know the size at which the background is shown.
const { vton } = window;
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const stage = part("stage");
const scene = part("scene");
const figure = part("figure");
const handles = Object.fromEntries([...element.querySelectorAll("[data-handle]")].map((b) => [b.dataset.handle, b]));
const tools = Object.fromEntries([...element.querySelectorAll("[data-tool]")].map((b) => [b.dataset.tool, b]));
const points = Object.fromEntries([...element.querySelectorAll("[data-point]")].map((d) => [d.dataset.point, d]));
const ORDER = ["position", "top", "bottom"];
const CLICK_SLACK = 4; // CSS pixels a finger may tremble in a click

let shown = null; // id of the figure and background on show
let placement = null; // {position, top, bottom, flip}
let next = "position"; // the point that the next click sets
let past = [];
let future = [];
let drag = null;
let timer = 0;
let burst = ""; // keys or wheel turns that undo takes back together
let burstTimer = 0;
let composing = false;

const value = () => props.value;
const copy = (p) => ({ position: [...p.position], top: [...p.top], bottom: [...p.bottom], flip: p.flip });
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const linked = (p) => same(p.position, p.bottom); // the figure stands on the point its height is measured from
const height = (p) => Math.hypot(p.top[0] - p.bottom[0], p.top[1] - p.bottom[1]);
const plus = (a, b) => [a[0] + b[0], a[1] + b[1]];
const minus = (a, b) => [a[0] - b[0], a[1] - b[1]];
const rounded = (p) => [Math.round(p[0]), Math.round(p[1])];

const positionFile = (p) =>
  ORDER.map((name) => p[name].join(" ")).join("\n") + "\n" + (p.flip ? "flip\n" : "");

/** The pixel under a pointer at ``clientX``, ``clientY``: the floor of the scaled position, never outside the picture. */
const pixelAt = ({ clientX, clientY }) => {
  const box = scene.getBoundingClientRect();
  const [w, h] = value().background.size;
  const x = Math.floor(((clientX - box.left) * w) / box.width);
  const y = Math.floor(((clientY - box.top) * h) / box.height);
  return [Math.min(Math.max(x, 0), w - 1), Math.min(Math.max(y, 0), h - 1)];
};

const viewScale = () => stage.clientWidth / value().background.size[0];
/** Where a pixel's centre lies on the stage, in CSS pixels. */
const toView = (point) => [(point[0] + 0.5) * viewScale(), (point[1] + 0.5) * viewScale()];

const drawFigure = () => {
  const { size, origin, anchor, height: tall } = value().figure;
  const scale = height(placement) / tall;
  const view = viewScale();
  const width = size[0] * scale * view;
  const left = (origin[0] - 0.5 - anchor[0]) * scale;
  const x = placement.flip ? -left * view - width : left * view;
  const [px, py] = toView(placement.position);
  const y = py + (origin[1] - 0.5 - anchor[1]) * scale * view;
  figure.style.width = width + "px";
  figure.style.height = size[1] * scale * view + "px";
  figure.style.transform = "translate(" + (px + x) + "px," + y + "px)" + (placement.flip ? " scaleX(-1)" : "");
};

const drawHandles = () => {
  const [w, h] = [stage.clientWidth, stage.clientHeight];
  for (const name of ORDER) {
    const [x, y] = toView(placement[name]);
    const at = [Math.min(Math.max(x, 0), w), Math.min(Math.max(y, 0), h)]; // a point off the picture stays in reach
    handles[name].style.transform = "translate(" + at[0] + "px," + at[1] + "px)";
    handles[name].classList.toggle("away", Math.hypot(at[0] - x, at[1] - y) > 3);
  }
  handles.bottom.hidden = linked(placement);
  const [a, b] = [toView(placement.top), toView(placement.bottom)];
  const line = part("rule");
  for (const [name, number] of [["x1", a[0]], ["y1", a[1]], ["x2", b[0]], ["y2", b[1]]]) line.setAttribute(name, number);
};

const drawNumbers = () => {
  for (const name of ORDER) {
    points[name].classList.toggle("next", next === name);
    points[name].querySelector(".pick").setAttribute("aria-pressed", String(next === name));
    for (const input of points[name].querySelectorAll("input")) {
      if (input !== document.activeElement) input.value = placement[name][Number(input.dataset.axis)];
    }
  }
  part("numbers").textContent = vton.t("placement.height", { value: Math.round(height(placement)) });
  tools.flip.setAttribute("aria-pressed", String(placement.flip));
  tools.undo.disabled = past.length === 0;
  tools.redo.disabled = future.length === 0;
  const text = vton.t("placement.next." + next);
  if (part("hint").textContent !== text) part("hint").textContent = text;
};

const draw = () => {
  if (!placement || !stage.clientWidth) return;
  drawFigure();
  drawHandles();
  drawNumbers();
};

/** Make ``changed`` the placement: drawn at once, told to the server when the hand rests. */
const commit = (changed, { before = placement, group = "" } = {}) => {
  if (height(changed) < 1 || same(changed, before)) {
    placement = copy(before);
    draw();
    return;
  }
  if (!group || group !== burst) past.push(copy(before));
  burst = group;
  clearTimeout(burstTimer);
  burstTimer = setTimeout(() => (burst = ""), 700);
  future = [];
  placement = changed;
  draw();
  tell();
};

const tell = () => {
  clearTimeout(timer);
  timer = setTimeout(() => trigger("place", { id: shown, placement: copy(placement) }), 300);
};

const step = (from, to) => {
  if (from.length === 0) return;
  to.push(copy(placement));
  placement = from.pop();
  burst = "";
  next = "position";
  draw();
  tell();
};

/** One of the three clicks. Until the third is made, the bottom is the position. */
const click = (pixel) => {
  const changed = copy(placement);
  if (next === "position") {
    const up = minus(placement.top, placement.bottom);
    changed.position = pixel;
    changed.bottom = [...pixel];
    changed.top = plus(pixel, up);
  } else if (next === "top") {
    changed.top = pixel;
    changed.bottom = [...placement.position];
  } else {
    changed.bottom = pixel;
  }
  next = ORDER[(ORDER.indexOf(next) + 1) % ORDER.length];
  commit(changed);
};

/** ``from`` with one of its points, or the whole figure, moved by ``by``. */
const moved = (from, what, by) => {
  const changed = copy(from);
  if (what === "top" || what === "bottom") {
    changed[what] = rounded(plus(from[what], by));
    return changed;
  }
  changed.position = rounded(plus(from.position, by));
  if (linked(from)) {
    changed.bottom = [...changed.position];
    changed.top = plus(changed.bottom, minus(from.top, from.bottom));
  }
  return changed;
};

/** ``from`` made taller by ``pixels``: the top moves away from the bottom along their line. */
const resized = (from, pixels) => {
  const tall = height(from);
  const wanted = Math.max(2, tall + pixels);
  const changed = copy(from);
  changed.top = rounded(plus(from.bottom, minus(from.top, from.bottom).map((v) => (v * wanted) / tall)));
  return changed;
};

const onFigure = (event) => {
  const box = figure.getBoundingClientRect();
  return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
};

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !placement || drag) return;
  const handle = event.target.closest("[data-handle]");
  const what = handle ? handle.dataset.handle : onFigure(event) ? "figure" : null;
  (handle || stage).focus({ preventScroll: true });
  event.preventDefault();
  stage.setPointerCapture(event.pointerId);
  drag = { id: event.pointerId, what, x: event.clientX, y: event.clientY, before: copy(placement), far: false };
});

stage.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) {
    if (placement) stage.classList.toggle("over-figure", onFigure(event));
    return;
  }
  const by = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.far && Math.hypot(by[0], by[1]) <= CLICK_SLACK) return;
  drag.far = true;
  if (!drag.what) return;
  stage.classList.add("dragging");
  const changed = moved(drag.before, drag.what, by.map((v) => v / viewScale()));
  if (height(changed) >= 1) placement = changed;
  draw();
});

const endDrag = (event, keep) => {
  if (!drag || event.pointerId !== drag.id) return;
  const { before, far, what, x, y } = drag;
  drag = null;
  stage.classList.remove("dragging");
  const now = placement;
  placement = before;
  if (!keep) draw();
  else if (far && what) commit(now, { before });
  else if (!far) click(pixelAt({ clientX: x, clientY: y }));
};
stage.addEventListener("pointerup", (event) => endDrag(event, true));
stage.addEventListener("pointercancel", (event) => endDrag(event, false));

stage.addEventListener(
  "wheel",
  (event) => {
    // Until the canvas was clicked, the wheel scrolls the page, as everywhere.
    if (!placement || !(stage.contains(document.activeElement) || event.ctrlKey)) return;
    event.preventDefault();
    const turn = Math.max(-100, Math.min(100, event.deltaY * (event.deltaMode === 1 ? 33 : 1)));
    const pixels = -turn * 0.0004 * height(placement);
    commit(resized(placement, Math.sign(pixels) * Math.max(1, Math.abs(pixels))), { group: "wheel" });
  },
  { passive: false },
);

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
stage.addEventListener("keydown", (event) => {
  if (!placement) return;
  const far = event.shiftKey ? 10 : 1;
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (event.key in ARROWS && !command && !event.altKey) {
    const what = event.target.dataset.handle || "figure";
    const by = ARROWS[event.key].map((v) => v * far);
    commit(moved(placement, what, by), { group: "keys " + what });
  } else if (command && key === "z") {
    event.shiftKey ? step(future, past) : step(past, future);
  } else if (command && key === "y") {
    step(future, past);
  } else if (!command && (key === "+" || key === "=")) {
    commit(resized(placement, far), { group: "size" });
  } else if (!command && (key === "-" || key === "_")) {
    commit(resized(placement, -far), { group: "size" });
  } else if (!command && key === "f") {
    tools.flip.click();
  } else if (event.key === "Escape" && next !== "position") {
    next = "position";
    draw();
  } else {
    return;
  }
  event.preventDefault();
});

for (const name of ORDER) {
  points[name].querySelector(".pick").addEventListener("click", () => {
    next = name;
    draw();
  });
  for (const input of points[name].querySelectorAll("input")) {
    input.addEventListener("change", () => {
      const number = input.valueAsNumber;
      const changed = copy(placement);
      if (Number.isFinite(number)) changed[name][Number(input.dataset.axis)] = number;
      input.blur();
      commit(changed);
    });
  }
}

tools.flip.addEventListener("click", () => commit({ ...copy(placement), flip: !placement.flip }));
tools.undo.addEventListener("click", () => step(past, future));
tools.redo.addEventListener("click", () => step(future, past));
tools.reset.addEventListener("click", () => {
  next = "position";
  commit(copy(value().standard));
});
tools.save.addEventListener("click", () => vton.downloadText(positionFile(placement), "position.txt"));
tools.copy.addEventListener("click", async () => {
  await vton.copyText(positionFile(placement));
  const label = tools.copy.querySelector("span");
  label.textContent = vton.t("placement.copied");
  setTimeout(() => (label.textContent = vton.t("placement.copy")), 1500);
});
tools.compose.addEventListener("click", () => {
  if (composing) return;
  clearTimeout(timer);
  composing = true;
  drawCompose();
  setTimeout(() => {
    composing = false; // the server's word decides from here on
    drawCompose();
  }, 1500);
  trigger("compose", { id: shown, placement: copy(placement) });
});

const drawCompose = () => {
  const busy = composing || value().busy;
  tools.compose.disabled = Boolean(busy);
  tools.compose.classList.toggle("busy", Boolean(busy));
  part("compose").textContent = vton.t(busy ? "placement.composing" : "placement.compose");
};

const show = () => {
  const now = value();
  part("root").hidden = !now.figure;
  part("empty").hidden = Boolean(now.background);
  part("body").hidden = !now.background;
  vton.showNotices(part("errors"), now.errors, "error", () => trigger("dismiss", { place: "placement" }));
  drawCompose();
  if (!now.figure || !now.background) return;
  const [w, h] = now.background.size;
  stage.style.setProperty("--w", w);
  stage.style.setProperty("--h", h);
  vton.setPicture(scene, now.background.url, vton.t("placement.scene"));
  vton.setPicture(figure, now.figure.url, vton.t("placement.figure"));
  if (shown !== now.id || !placement) {
    // Keep what the hand has set unless it was set for another figure or another background.
    shown = now.id;
    placement = copy(now.placement);
    next = "position";
    past = [];
    future = [];
  }
  draw();
};

part("choose").addEventListener("click", () => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const input = document.querySelector('[data-slot="background"] input');
  input.closest(".slot").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
  input.focus({ preventScroll: true });
});

new ResizeObserver(draw).observe(stage);
vton.panel(element, watch, show);
