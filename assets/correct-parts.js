// Body parts that are painted: what was found, in its colours, and over it a layer of what a brush has said they are.
// Strokes, {brush, radius, points}, are kept as lines, and {brush, fill} as the place whose area was filled; their brush is a
// part's name, or "found".
window.vton.bodyParts = (found, layer, size, paints) => {
  const [width, height] = [found.naturalWidth, found.naturalHeight];
  const scale = width / size[0];
  const sheet = () => Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  const [laid, pen, shown] = [sheet(), sheet(), sheet()];
  const colours = new Map(paints);

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
  /** The found parts, and what was laid over them. */
  const lay = () => {
    shown.clearRect(0, 0, width, height);
    shown.drawImage(found, 0, 0, width, height);
    shown.drawImage(laid.canvas, 0, 0);
  };
  /** Lay a part over all that is of one part and goes on to a point; what lies outside of all parts stays. */
  const pour = (point, pixel) => {
    const [x, y] = point.map((v, axis) => Math.min([width, height][axis] - 1, Math.max(0, Math.floor((v + 0.5) * scale))));
    lay();
    const pixels = new Uint32Array(shown.getImageData(0, 0, width, height).data.buffer);
    const part = pixels[y * width + x];
    if (!part) return;
    const whole = laid.getImageData(0, 0, width, height);
    const under = new Uint32Array(whole.data.buffer);
    const todo = [y * width + x];
    while (todo.length) {
      const at = todo.pop();
      if (pixels[at] !== part) continue;
      pixels[at] = 0;
      under[at] = pixel;
      if (at % width) todo.push(at - 1);
      if ((at + 1) % width) todo.push(at + 1);
      if (at >= width) todo.push(at - width);
      if (at + width < pixels.length) todo.push(at + width);
    }
    laid.putImageData(whole, 0, 0);
  };
  /** A stroke has no soft edge: every pixel is of one part. */
  const draw = ({ brush, radius, points, fill }) => {
    if (brush === "clear") {
      laid.clearRect(0, 0, width, height);
      return;
    }
    const pixel = brush === "found" ? 0 : pixelOf(colours.get(brush));
    if (fill) {
      pour(fill, pixel);
      return;
    }
    const box = around(points, radius);
    if (!box) return;
    pen.clearRect(...box);
    window.vton.stroke(pen, { points, width: 2 * radius, scale });
    const [stroke, under] = [pen, laid].map((context) => context.getImageData(...box));
    const pixels = new Uint32Array(under.data.buffer);
    for (let at = 0; at < pixels.length; at++) if (stroke.data[4 * at + 3] > 127) pixels[at] = pixel;
    laid.putImageData(under, box[0], box[1]);
  };
  const begin = () => {
    draw({ brush: "clear" });
    laid.imageSmoothingEnabled = false;
    if (layer) laid.drawImage(layer, 0, 0, width, height);
  };

  return {
    ...window.vton.strokes(begin, draw, () => laid.canvas),
    /** The parts in their colours. */
    veil: () => {
      lay();
      return shown.canvas;
    },
  };
};
