// A mask that is painted on: what was found, and over it a layer that adds and takes away. Strokes, {brush, radius, points},
// are kept as lines and drawn at the mask's own size.
window.vton.mask = (found, layer, size) => {
  const VEIL = "#b3145f";
  const [width, height] = [found.naturalWidth, found.naturalHeight];
  const scale = width / size[0];
  const sheet = () => Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  const [base, add, take, veil] = [sheet(), sheet(), sheet(), sheet()];

  base.fillStyle = VEIL;
  base.fillRect(0, 0, width, height);
  base.globalCompositeOperation = "destination-out";
  base.drawImage(found, 0, 0);

  const coloured = (picture, colour) => {
    const own = sheet();
    own.drawImage(picture, 0, 0);
    own.globalCompositeOperation = "source-in";
    own.fillStyle = colour;
    own.fillRect(0, 0, width, height);
    return own.canvas;
  };
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
      return coloured(own.canvas, VEIL);
    });
  };
  const before = parts();

  const draw = ({ brush, radius, points }) => {
    if (brush === "clear") {
      for (const context of [add, take]) context.clearRect(0, 0, width, height);
      return;
    }
    for (const [context, own] of [[add, "add"], [take, "take"]]) {
      const mode = brush === own ? "source-over" : "destination-out";
      window.vton.stroke(context, { points, width: 2 * radius, scale, colour: VEIL, mode });
    }
  };
  const begin = () => {
    draw({ brush: "clear" });
    for (const [context, part] of [[add, before[0]], [take, before[1]]]) if (part) context.drawImage(part, 0, 0);
  };
  /** What is added, white, over what is taken away, black. */
  const picture = () => {
    const out = sheet();
    out.drawImage(coloured(take.canvas, "#000"), 0, 0);
    out.drawImage(coloured(add.canvas, "#fff"), 0, 0);
    return out.canvas;
  };

  return {
    ...window.vton.strokes(begin, draw, picture),
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
  };
};
