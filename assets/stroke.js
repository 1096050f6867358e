// Strokes of a round brush: ``points`` (pixel centres at integers) and ``width``, in pixels of a picture.

/** Lay a stroke on ``context``, which shows the picture ``scale`` times as large; ``mode``: a globalCompositeOperation. */
window.vton.stroke = (context, { points, width, scale, colour = "#fff", mode = "source-over" }) => {
  const places = points.map((point) => point.map((v) => (v + 0.5) * scale));
  context.save();
  Object.assign(context, { globalCompositeOperation: mode, strokeStyle: colour, lineWidth: width * scale });
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...places[0]);
  for (const place of places) context.lineTo(...place); // a single point is a dot, too
  context.stroke();
  context.restore();
};

/** Strokes over what was there before: ``begin`` lays that, ``draw`` one stroke, ``picture`` gives all of it as a canvas. */
window.vton.strokes = (begin, draw, picture) => {
  let drawn = null; // the strokes that are laid
  const show = (strokes) => {
    if (strokes === drawn) return;
    begin();
    strokes.forEach(draw);
    drawn = strokes;
  };
  return {
    /** Lay a piece of a stroke, for as long as the hand draws. */
    draw: (stroke) => {
      drawn = null;
      draw(stroke);
    },
    /** Lay ``strokes`` and nothing else. */
    show,
    /** The layer of ``strokes`` as a file, or nothing where all is as it was found. */
    file: async (strokes) => {
      if (strokes.at(-1)?.brush === "clear") return null;
      show(strokes);
      const blob = await new Promise((done) => picture().toBlob(done, "image/png"));
      return new File([blob], "layer.png", { type: "image/png" });
    },
  };
};

/** The stroke that a hand is about to draw: ``lay`` is given, once a frame, the points that have come since, after the
 * last of those before. */
window.vton.drawing = (lay) => {
  let points = [];
  let laid = 0;
  const show = () => {
    if (laid === points.length) return;
    lay(points.slice(Math.max(0, laid - 1)));
    laid = points.length;
  };
  const soon = window.vton.framed(show);
  return {
    begin: (point) => {
      [points, laid] = [[point], 0];
      show();
    },
    extend: (point) => {
      if (point.join() === points.at(-1).join()) return;
      points.push(point);
      soon();
    },
    /** The points of the stroke, which ends here. */
    end: () => {
      soon.drop();
      return points.splice(0);
    },
  };
};

/** The events that a browser has gathered into one, so that a quick stroke stays round. */
window.vton.gathered = (event) => {
  const events = event.getCoalescedEvents?.() || [];
  return events.length ? events : [event];
};
