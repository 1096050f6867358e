// Body parts that are painted: what was found, in its colours, and over it a layer of what a brush has said they are.
// Strokes, {brush, radius, points}, are kept as lines; their brush is a part's name, or "found".

/** The brushes that a subject is painted with, the first to begin with; none for points. */
window.vton.brushesOf = ({ kind, paints }) => {
  if (kind === "points") return [];
  return [...(kind === "parts" ? paints.map(([name]) => name) : ["add", "take"]), "found", "move"];
};

window.vton.bodyParts = (found, layer, size, paints) => {
  const [width, height] = [found.naturalWidth, found.naturalHeight];
  const scale = width / size[0];
  const sheet = () => Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  const [laid, pen, shown] = [sheet(), sheet(), sheet()];
  const colours = new Map(paints);
  let drawn = null; // the strokes on the sheet

  /** A colour as a pixel has it. */
  const pixelOf = (colour) => {
    const code = parseInt(colour.slice(1), 16);
    return new Uint32Array(new Uint8Array([code >> 16, (code >> 8) & 255, code & 255, 255]).buffer)[0];
  };
  /** The pixels around a stroke. */
  const around = (points, radius) => {
    const spans = [width, height].map((side, axis) => {
      const places = points.map((point) => (point[axis] + 0.5) * scale);
      const reach = radius * scale + 2;
      const low = Math.max(0, Math.floor(Math.min(...places) - reach));
      return [low, Math.min(side, Math.ceil(Math.max(...places) + reach)) - low];
    });
    return spans.some(([, long]) => long <= 0) ? null : [spans[0][0], spans[1][0], spans[0][1], spans[1][1]];
  };
  /** A stroke has no soft edge: every pixel is of one part. */
  const draw = ({ brush, radius, points }) => {
    drawn = null;
    if (brush === "clear") {
      laid.clearRect(0, 0, width, height);
      return;
    }
    const box = around(points, radius);
    if (!box) return;
    pen.clearRect(...box);
    window.vton.stroke(pen, { points, width: 2 * radius, scale });
    const [stroke, under] = [pen, laid].map((context) => context.getImageData(...box));
    const pixels = new Uint32Array(under.data.buffer);
    const pixel = brush === "found" ? 0 : pixelOf(colours.get(brush));
    for (let at = 0; at < pixels.length; at++) if (stroke.data[4 * at + 3] > 127) pixels[at] = pixel;
    laid.putImageData(under, box[0], box[1]);
  };
  const show = (strokes) => {
    if (strokes === drawn) return;
    draw({ brush: "clear" });
    laid.imageSmoothingEnabled = false;
    if (layer) laid.drawImage(layer, 0, 0, width, height);
    strokes.forEach(draw);
    drawn = strokes;
  };

  return {
    /** Lay a piece of a stroke on the sheet, for as long as the hand draws. */
    draw,
    /** Lay ``strokes`` on the sheet, and nothing else. */
    show,
    /** The parts in their colours. */
    veil: () => {
      shown.clearRect(0, 0, width, height);
      shown.drawImage(found, 0, 0, width, height);
      shown.drawImage(laid.canvas, 0, 0);
      return shown.canvas;
    },
    /** The layer of ``strokes`` as a file, or nothing where all is as it was found. */
    file: async (strokes) => {
      if (strokes.at(-1)?.brush === "clear") return null;
      show(strokes);
      const blob = await new Promise((done) => laid.canvas.toBlob(done, "image/png"));
      return new File([blob], "layer.png", { type: "image/png" });
    },
  };
};
