// Drawing the scene: one frame draws everything once, by transforms alone. ``desk`` is what the parts of the panel
// share: {element, part, store, ui, value()}.
window.vton.placementView = (desk) => {
  const { vton } = window;
  const g = vton.geometry;
  const { part, store, ui } = desk;
  const SVG = "http://www.w3.org/2000/svg";
  const APART = 44; // CSS pixels between the corners' handles that stay free for the hand
  const CORNERS = [["nw", -1, -1], ["ne", 1, -1], ["se", 1, 1], ["sw", -1, 1]]; // as the box has them
  const SIDE = 512; // of the small copy in which the hand looks for what of a figure is opaque
  const [stage, world, scene, holder] = ["stage", "world", "scene", "figures"].map(part);
  const handles = Object.fromEntries([...desk.element.querySelectorAll("[data-handle]")].map((b) => [b.dataset.handle, b]));
  const coarse = matchMedia("(pointer: coarse)");
  const drawn = new Map(); // key → <img>
  const opaque = new Map(); // address → small alpha
  // A pixel may grow to eight.
  const zoom = vton.zoom(stage, ([wide], [pixels]) => Math.max(8, (8 * pixels) / wide), () => draw());
  const { centre, place: onStage } = zoom;

  const size = () => desk.value().background.size;
  const of = (entry) => desk.value().figures[entry.figure];
  const tallest = (entry) => g.tallest(of(entry), size());
  const bounded = (entry) => (g.height(entry) > tallest(entry) ? g.withHeight(entry, tallest(entry), true) : entry);
  const pixelAt = (event) => g.pixelAt(scene.getBoundingClientRect(), size(), event);

  const picture = (entry) => {
    let image = drawn.get(entry.key);
    if (!image) {
      image = document.createElement("img");
      image.className = "figure";
      image.draggable = false;
      image.dataset.key = entry.key;
      image.addEventListener("load", () => draw());
      drawn.set(entry.key, image);
    }
    const { url } = of(entry);
    if (image.getAttribute("src") !== url) image.src = url;
    return image;
  };

  const drawFigures = () => {
    const { figures, selected } = store.doc;
    const images = figures.map(picture);
    for (const [key, image] of drawn) {
      if (images.includes(image)) continue;
      image.remove();
      drawn.delete(key);
    }
    images.forEach((image, index) => {
      if (holder.children[index] !== image) holder.insertBefore(image, holder.children[index] || null);
      if (index === selected) image.dataset.part = "figure";
      else delete image.dataset.part;
      const alt = vton.t("placement.figure");
      if (image.alt !== alt) image.alt = alt;
      if (!image.naturalWidth) return;
      const natural = [image.naturalWidth, image.naturalHeight];
      const map = g.drawing(of(figures[index]), natural, figures[index]).map((v) => (v * zoom.scale()) / zoom.zoom);
      image.style.transform = "matrix(" + map.map((v) => v.toFixed(5)).join() + ")";
    });
  };

  const place = (handle, at) => {
    handle.style.transform = "translate(" + at[0].toFixed(2) + "px," + at[1].toFixed(2) + "px)";
  };
  const inReach = (at, margin = 0) => at.map((v, k) => g.clamp(v, margin, zoom.frame[k] - margin));

  /** How far outwards along a side of the box the handles at its ends lie, so that they do not cover a small figure. */
  const outwards = (side) => {
    const [half, long] = [coarse.matches ? 22 : 14, g.length(side)];
    return g.times(side, g.clamp(half - (long - APART) / 2, 0, half) / (long || 1));
  };

  /** The corners of the selected figure's box, on the stage. */
  const corners = () => g.corners(of(store.figure), store.figure).map(zoom.toPane);

  const drawHandles = () => {
    const entry = store.figure;
    const brushing = ui.brush !== "off";
    for (const name of g.POINTS) {
      const at = centre(entry[name]);
      const near = inReach(at); // a point off the picture stays in reach
      place(handles[name], near);
      handles[name].classList.toggle("away", g.length(g.minus(at, near)) > 3);
      handles[name].hidden = brushing || (name === "bottom" && g.linked(entry));
    }
    const box = corners();
    const calm = brushing || ui.next !== "position" || ui.placing;
    const [across, down] = [g.minus(box[1], box[0]), g.minus(box[3], box[0])].map(outwards);
    CORNERS.forEach(([name, x, y], index) => {
      handles[name].hidden = calm || g.length(g.minus(box[index], inReach(box[index]))) > 6;
      const by = g.plus(g.times(across, x), g.times(down, y));
      place(handles[name], g.plus(box[index], by));
      place(handles[name].firstElementChild, g.times(by, -1)); // what is seen stays at the corner
    });
    const middle = g.times(g.plus(box[0], box[1]), 0.5);
    const feet = g.times(g.plus(box[2], box[3]), 0.5);
    const up = g.minus(middle, feet);
    const stem = g.plus(middle, g.times(up, 30 / (g.length(up) || 1)));
    const turn = inReach(stem, 14);
    handles.turn.hidden = calm;
    place(handles.turn, turn);
    const horizon = store.doc.horizon;
    const line = horizon === null ? null : centre([0, horizon])[1];
    const seen = line !== null && ui.guides && !brushing && line > -1 && line < zoom.frame[1] + 1;
    handles.horizon.hidden = !seen;
    if (seen) place(handles.horizon, [zoom.frame[0] - 26, line]);
    return { box: calm ? null : box, middle, turn, horizon: seen ? line : null };
  };

  const node = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const line = (className, a, b) => node("line", { class: className, x1: a[0], y1: a[1], x2: b[0], y2: b[1] });

  const halo = (mark) => {
    const under = mark.cloneNode();
    under.classList.add("halo");
    return under;
  };

  const drawMarks = ({ box, middle, turn, horizon }) => {
    const marks = [];
    const [wide, high] = zoom.frame;
    if (ui.grid) {
      for (const third of [1 / 3, 2 / 3]) {
        const [x, y] = zoom.toPane(g.times(size(), third));
        marks.push(line("third", [x, 0], [x, high]), line("third", [0, y], [wide, y]));
      }
    }
    if (ui.guides) {
      for (const person of desk.value().people?.people || []) {
        const [feet, head] = [centre(person.feet), centre(person.head)];
        marks.push(line("person", head, feet));
        for (const [x, y] of [feet, head]) marks.push(line("person", [x - 5, y], [x + 5, y]));
      }
      if (horizon !== null) marks.push(line("horizon", [0, horizon], [wide, horizon]));
    }
    if (ui.brush === "off") {
      const [a, b] = [centre(store.figure.top), centre(store.figure.bottom)];
      marks.push(line("rule", a, b));
      if (box) {
        marks.push(node("polygon", { class: "box", points: box.map((at) => at.join()).join(" ") }));
        marks.push(line("stem", middle, turn));
      }
    }
    // A dark line under each: a shadow filter would be worked out anew for the whole canvas in every frame.
    part("marks").replaceChildren(...marks.map(halo), ...marks);
  };

  const drawWorld = () => {
    const [x, y] = zoom.toPane([0, 0]);
    world.style.transform = "translate(" + x + "px," + y + "px) scale(" + zoom.zoom + ")";
    stage.classList.toggle("near", zoom.zoom > 1);
    const shown = zoom.scale() * size()[0] * devicePixelRatio;
    if (shown > scene.naturalWidth * 1.2) nearer();
  };
  /** The larger copy is fetched once someone looks closer than the smaller one shows. */
  const nearer = () => {
    const { detail } = desk.value().background;
    if (detail) vton.setPicture(part("detail"), detail, "");
  };

  const draw = vton.framed(() => paint());
  const paint = () => {
    if (!store.doc || !zoom.frame[0]) return;
    zoom.show(size());
    desk.beforeFrame();
    drawWorld();
    drawFigures();
    drawMarks(drawHandles());
    desk.afterFrame();
  };

  /** How opaque ``entry`` is at a background point measured from the upper left corner: 0 to 255; -1 off its box. */
  const opacityAt = (entry, edge) => {
    const image = drawn.get(entry.key);
    if (!image || !image.naturalWidth) return -1;
    const natural = [image.naturalWidth, image.naturalHeight];
    const [x, y] = g.apply(g.inverse(g.drawing(of(entry), natural, entry)), edge);
    if (x < 0 || y < 0 || x >= natural[0] || y >= natural[1]) return -1;
    if (!opaque.has(image.src)) opaque.set(image.src, smallAlpha(image));
    const { width, height, alpha } = opaque.get(image.src);
    const column = Math.floor((x * width) / natural[0]);
    return alpha[Math.floor((y * height) / natural[1]) * width + column];
  };
  const smallAlpha = (image) => {
    const shrink = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * shrink));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * shrink));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return { width, height, alpha: data.filter((_, index) => index % 4 === 3) };
  };

  /** The index of the figure under a pointer: the frontmost that is opaque there, else the selected one's box; or -1. */
  const figureAt = (event) => {
    const edge = zoom.toEdge(onStage(event));
    const { figures, selected } = store.doc;
    for (let index = figures.length - 1; index >= 0; index -= 1) {
      if (opacityAt(figures[index], edge) > 24) return index;
    }
    return opacityAt(figures[selected], edge) >= 0 ? selected : -1;
  };

  /** A round piece of the background, much enlarged, beside the pointer; ``null`` puts it away. */
  const magnify = (event) => {
    const loupe = part("loupe");
    loupe.hidden = !event;
    if (!event) return;
    const [x, y] = pixelAt(event);
    const radius = loupe.clientWidth / 2;
    const factor = g.clamp(Math.round(zoom.scale() * 5), 4, 16);
    const image = part("magnified");
    const near = part("detail");
    nearer();
    const source = (near.naturalWidth ? near : scene).getAttribute("src");
    if (image.getAttribute("src") !== source) image.src = source;
    image.style.width = size()[0] + "px";
    image.style.height = size()[1] + "px";
    image.style.transform =
      "translate(" + (radius - (x + 0.5) * factor) + "px," + (radius - (y + 0.5) * factor) + "px) scale(" + factor + ")";
    loupe.style.setProperty("--pixel", factor + "px");
    const at = onStage(event);
    const side = [at[0] > zoom.frame[0] - 2.6 * radius ? -1 : 1, at[1] < 2.6 * radius ? 1 : -1];
    place(loupe, [at[0] + side[0] * radius * 1.5 - radius, at[1] + side[1] * radius * 1.5 - radius]);
  };

  /** Look otherwise: nearer, elsewhere. */
  const look = (change) => (...values) => {
    change(...values);
    draw();
  };

  return {
    bounded, centre, corners, draw, figureAt, handles, magnify, of, onStage, pixelAt, size, tallest,
    pan: look(zoom.moveBy),
    pinched: look(zoom.pinched),
    reveal: look(zoom.reveal),
    whole: look(() => zoom.zoomTo(1)),
    zoomBy: look(zoom.zoomBy),
    /** The background's pixel in the middle of what is seen. */
    middle: () => g.rounded(zoom.toPoint(zoom.frame.map((v) => v / 2))),
    /** CSS pixels a background pixel. */
    scale: zoom.scale,
    get zoom() {
      return zoom.zoom;
    },
  };
};
