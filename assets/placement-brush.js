// What stands in front of the figures, painted by hand: strokes over an earlier picture, white where it is in front.
// The browser lays the background's own pixels over the figures there; the server gets the mask as a picture.
window.vton.placementBrush = (desk) => {
  const { vton } = window;
  const g = vton.geometry;
  const { part, store, ui, view } = desk;
  const [front, paint, cursor, stage] = ["front", "paint", "brush", "stage"].map(part);
  const scene = part("scene");
  const mask = document.createElement("canvas"); // opaque where something stands in front
  const buttons = [...desk.element.querySelectorAll("[data-brush]")];
  let size = 36; // CSS pixels at the stage's own size, whatever the zoom
  let stroke = null;
  let spot = null; // the background pixel under the brush, by pointer or keys
  let keyed = false; // a key holds the brush down
  let drawnFor = null; // the painted document that the canvases show
  let base = { url: null, image: null };

  const shrink = () => mask.width / view.size()[0];
  const radius = () => (size / 2) / view.scale(); // background pixels
  const fit = () => {
    const now = [scene.naturalWidth, scene.naturalHeight];
    if (!now[0] || g.same(now, [mask.width, mask.height])) return;
    for (const canvas of [mask, front, paint]) [canvas.width, canvas.height] = now;
    drawnFor = null;
  };

  const lay = (context, { erase, width, points }) => {
    vton.stroke(context, { points, width, scale: shrink(), mode: erase ? "destination-out" : "source-over" });
  };
  const whole = () => [0, 0, mask.width, mask.height];
  /** Bring what is shown up to the mask, in a rectangle of the canvases. */
  const refresh = ([x, y, w, h]) => {
    /** Draw a picture, then combine it in that mode with what ``combine`` draws. */
    const compose = (canvas, picture, mode, combine) => {
      const context = canvas.getContext("2d");
      context.clearRect(x, y, w, h);
      context.drawImage(picture, x, y, w, h, x, y, w, h);
      context.save();
      // Without a clip, these modes would also empty the rest.
      context.beginPath();
      context.rect(x, y, w, h);
      context.clip();
      context.globalCompositeOperation = mode;
      combine(context);
      context.restore();
    };
    compose(front, scene, "destination-in", (context) => context.drawImage(mask, x, y, w, h, x, y, w, h));
    compose(paint, mask, "source-in", (context) => {
      context.fillStyle = "#e0457b";
      context.fillRect(x, y, w, h);
    });
  };
  const redraw = () => {
    const context = mask.getContext("2d");
    context.clearRect(...whole());
    const { painted } = store.doc;
    if (painted.base && base.url === painted.base && base.image) context.drawImage(base.image, ...whole());
    for (const one of painted.strokes) lay(context, one);
    refresh(whole());
  };
  /** Read a mask of the server, white on black, as opaque on nothing. */
  const fetchBase = (url) => {
    base = { url, image: null };
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(image, 0, 0);
      const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < pixels.data.length; at += 4) {
        pixels.data[at + 3] = pixels.data[at];
        pixels.data.fill(255, at, at + 3);
      }
      context.putImageData(pixels, 0, 0);
      if (base.url !== url) return;
      base.image = canvas;
      drawnFor = null;
      view.draw();
      desk.masked();
    });
    image.src = url;
  };

  const draw = () => {
    fit();
    const { painted } = store.doc;
    if (painted.base && painted.base !== base.url) fetchBase(painted.base);
    if (mask.width && drawnFor !== painted) {
      drawnFor = painted;
      redraw();
    }
    paint.hidden = ui.brush === "off";
    stage.classList.toggle("brushing", ui.brush !== "off");
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.brush === ui.brush));
    const any = Boolean(painted.base) || painted.strokes.length > 0;
    desk.tools.unpaint.disabled = !any;
    part("front-used").textContent = vton.t(any ? "placement.front.some" : "placement.front.none");
    part("brush-size").textContent = vton.t("placement.pixels", { value: Math.round(2 * radius()) });
  };

  const drawing = vton.drawing((points) => {
    lay(mask.getContext("2d"), { ...stroke, points });
    const s = shrink();
    const pad = stroke.width * s + 3;
    const [xs, ys] = [points.map((p) => p[0] * s), points.map((p) => p[1] * s)];
    const [x, y] = [Math.max(0, Math.floor(Math.min(...xs) - pad)), Math.max(0, Math.floor(Math.min(...ys) - pad))];
    const w = Math.min(mask.width - x, Math.ceil(Math.max(...xs) + pad) - x);
    const h = Math.min(mask.height - y, Math.ceil(Math.max(...ys) + pad) - y);
    if (w > 0 && h > 0) refresh([x, y, w, h]);
  });
  const begin = (pixel) => {
    stroke = { erase: ui.brush === "erase", width: 2 * radius() };
    desk.hideRendered();
    drawing.begin(pixel);
  };
  const down = (event) => begin(view.pixelAt(event));
  const move = (event) => {
    at(event);
    spot = view.pixelAt(event);
    desk.pointTo(spot);
    if (stroke) for (const one of vton.gathered(event)) drawing.extend(view.pixelAt(one));
  };
  const off = (forget) => {
    if (!stroke) return;
    const made = { ...stroke, points: drawing.end() };
    stroke = null;
    const { painted } = store.doc;
    drawnFor = null;
    if (forget) view.draw();
    else store.commit({ ...store.doc, painted: { ...painted, strokes: [...painted.strokes, made] } });
  };
  const at = (event) => {
    cursor.hidden = !event || ui.brush === "off" || event.pointerType === "touch";
    if (!cursor.hidden) lead(view.onStage(event));
  };
  const lead = ([x, y]) => {
    cursor.style.width = cursor.style.height = size + "px";
    cursor.style.transform = "translate(" + (x - size / 2) + "px," + (y - size / 2) + "px)";
  };
  // By keys.
  const step = (by) => {
    const [wide, high] = view.size();
    // A pixel of the screen, where the picture is shown smaller.
    const [x, y] = g.rounded(g.plus(spot || view.middle(), g.times(by, Math.max(1, 1 / view.scale()))));
    spot = [g.clamp(x, 0, wide - 1), g.clamp(y, 0, high - 1)];
    view.reveal(spot);
    cursor.hidden = false;
    lead(view.centre(spot));
    desk.pointTo(spot);
    if (stroke) drawing.extend(spot);
  };
  const press = () => {
    if (stroke) return;
    step([0, 0]);
    keyed = true;
    begin(spot);
  };
  const release = () => {
    if (keyed) off();
    keyed = false;
  };

  const use = (mode) => {
    ui.brush = mode;
    if (mode !== "off") [ui.next, ui.placing] = ["position", false];
    view.magnify(null);
    at(null);
    view.draw();
  };

  /** The mask for the server: a PNG of the background proxy's size, white where something stands in front; or null where
   * nothing is, undefined while what was painted before is on its way. */
  const picture = () => {
    const { painted } = store.doc;
    if (!painted.base && !painted.strokes.length) return null;
    if (!scene.naturalWidth || (painted.base && !(base.url === painted.base && base.image))) return undefined;
    if (drawnFor !== painted) draw();
    const flat = document.createElement("canvas");
    [flat.width, flat.height] = [mask.width, mask.height];
    const context = flat.getContext("2d");
    context.fillRect(0, 0, flat.width, flat.height);
    context.drawImage(mask, 0, 0);
    return flat.toDataURL("image/png");
  };

  scene.addEventListener("load", () => (drawnFor = null)); // another background's pixels stand in front now
  for (const button of buttons) button.addEventListener("click", () => use(button.dataset.brush));
  part("brush-range").value = size;
  part("brush-range").addEventListener("input", (event) => {
    size = event.target.valueAsNumber;
    draw();
  });
  desk.tools.unpaint.addEventListener("click", () =>
    store.commit({ ...store.doc, painted: { base: null, strokes: [] } }),
  );
  Object.assign(desk, { brushDown: down, brushMove: move, brushOff: off, brushAt: at, brushWith: use });
  Object.assign(desk, { brushStep: step, brushPress: press, brushRelease: release });
  return { draw, picture };
};
