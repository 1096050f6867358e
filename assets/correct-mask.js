// A mask that is painted on: what was found, and over it a layer that adds and takes away. Strokes are kept as lines, so
// that each can be taken back, and drawn at the mask's own size.
window.vton.mask = (found, layer, size) => {
  const VEIL = "#b3145f";
  const [width, height] = [found.naturalWidth, found.naturalHeight];
  const factor = width / size[0];
  const sheet = () => Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  const [base, add, take, veil] = [sheet(), sheet(), sheet(), sheet()];
  let strokes = [];
  let undone = [];

  base.fillStyle = VEIL;
  base.fillRect(0, 0, width, height);
  base.globalCompositeOperation = "destination-out";
  base.drawImage(found, 0, 0);

  /** The layer that was sent before, apart into what it adds (white) and what it takes away (black). */
  const parts = () => {
    if (!layer) return [];
    const whole = sheet();
    whole.drawImage(layer, 0, 0, width, height);
    const picture = whole.getImageData(0, 0, width, height);
    return [true, false].map((adds) => {
      const own = sheet();
      const copy = new ImageData(new Uint8ClampedArray(picture.data), width, height);
      for (let at = 0; at < copy.data.length; at += 4) if (copy.data[at] > 127 !== adds) copy.data[at + 3] = 0;
      own.putImageData(copy, 0, 0);
      own.globalCompositeOperation = "source-in";
      own.fillStyle = VEIL;
      own.fillRect(0, 0, width, height);
      return own.canvas;
    });
  };
  const before = parts();

  const line = (context, mode, radius, points) => {
    context.globalCompositeOperation = mode;
    Object.assign(context, { fillStyle: VEIL, strokeStyle: VEIL, lineWidth: 2 * radius * factor, lineCap: "round", lineJoin: "round" });
    const at = points.map((point) => point.map((v) => (v + 0.5) * factor));
    context.beginPath();
    if (at.length === 1) context.arc(at[0][0], at[0][1], radius * factor, 0, 7);
    for (const [x, y] of at) context.lineTo(x, y);
    if (at.length === 1) context.fill();
    else context.stroke();
  };
  const draw = ({ brush, radius, points }) => {
    if (brush === "clear") {
      for (const context of [add, take]) context.clearRect(0, 0, width, height);
      return;
    }
    line(add, brush === "add" ? "source-over" : "destination-out", radius, points);
    line(take, brush === "take" ? "source-over" : "destination-out", radius, points);
  };
  const redraw = () => {
    draw({ brush: "clear" });
    for (const [context, part] of [[add, before[0]], [take, before[1]]]) {
      context.globalCompositeOperation = "source-over";
      if (part) context.drawImage(part, 0, 0);
    }
    strokes.forEach(draw);
  };
  redraw();

  return {
    /** The veil over what is not in the mask. */
    veil: () => {
      veil.globalCompositeOperation = "copy";
      veil.drawImage(base.canvas, 0, 0);
      veil.globalCompositeOperation = "destination-out";
      veil.drawImage(add.canvas, 0, 0);
      veil.globalCompositeOperation = "source-over";
      veil.drawImage(take.canvas, 0, 0);
      return veil.canvas;
    },
    begin: (brush, radius, point) => {
      strokes.push({ brush, radius, points: point ? [point] : [] });
      undone = [];
      draw(strokes.at(-1));
    },
    extend: (point) => {
      const last = strokes.at(-1);
      last.points.push(point);
      draw({ ...last, points: last.points.slice(-2) });
    },
    drop: () => {
      strokes.pop();
      redraw();
    },
    undo: () => {
      undone.push(strokes.pop());
      redraw();
    },
    again: () => {
      strokes.push(undone.pop());
      draw(strokes.at(-1));
    },
    /** The layer as a file, or nothing where all is as it was found. */
    file: async () => {
      const last = strokes.map(({ brush }) => brush).lastIndexOf("clear");
      if (last >= 0 && last === strokes.length - 1) return null;
      const out = sheet();
      for (const [part, colour] of [[take, "#000"], [add, "#fff"]]) {
        const own = sheet();
        own.drawImage(part.canvas, 0, 0);
        own.globalCompositeOperation = "source-in";
        own.fillStyle = colour;
        own.fillRect(0, 0, width, height);
        out.drawImage(own.canvas, 0, 0);
      }
      const blob = await new Promise((done) => out.canvas.toBlob(done, "image/png"));
      return new File([blob], "layer.png", { type: "image/png" });
    },
    get strokes() {
      return strokes;
    },
    set strokes(list) {
      strokes = list;
      redraw();
    },
    get undone() {
      return undone.length;
    },
  };
};
