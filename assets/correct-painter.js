// Drawing a picture that is corrected by hand: the photo, the veil of a mask, the points' lines, a lens, the brush.
window.vton.correctPainter = (context, view) => {
  const SIDES = ["left", "right"];
  const CORNERS = ["neck", "shoulder", "cuff_outer", "cuff_inner", "armpit", "waist", "hem_outer", "hem", "hem_inner"];
  const BONES =
    "NECK-NOSE NECK-RIGHT_SHOULDER NECK-LEFT_SHOULDER RIGHT_SHOULDER-RIGHT_ELBOW RIGHT_ELBOW-RIGHT_WRIST LEFT_SHOULDER-LEFT_ELBOW LEFT_ELBOW-LEFT_WRIST NECK-MID_HIP MID_HIP-RIGHT_HIP MID_HIP-LEFT_HIP RIGHT_HIP-RIGHT_KNEE RIGHT_KNEE-RIGHT_ANKLE LEFT_HIP-LEFT_KNEE LEFT_KNEE-LEFT_ANKLE NOSE-RIGHT_EYE NOSE-LEFT_EYE RIGHT_EYE-RIGHT_EAR LEFT_EYE-LEFT_EAR LEFT_ANKLE-LEFT_BIG_TOE LEFT_BIG_TOE-LEFT_SMALL_TOE LEFT_ANKLE-LEFT_HEEL RIGHT_ANKLE-RIGHT_BIG_TOE RIGHT_BIG_TOE-RIGHT_SMALL_TOE RIGHT_ANKLE-RIGHT_HEEL"
      .split(" ")
      .map((bone) => bone.split("-"));

  const pairsOf = ({ subject, now: points }) => {
    const pairs = [];
    if (subject.id === "joints") pairs.push(...BONES);
    else {
      for (const side of SIDES) {
        const chain = CORNERS.map((corner) => side + "_" + corner).filter((name) => points[name]);
        chain.slice(1).forEach((name, at) => pairs.push([chain[at], name]));
        pairs.push([side + "_neck", "neck_front"], [side + "_hem_inner", "crotch"], [side + "_collar", side + "_neck"]);
      }
      pairs.push(["left_hem", "right_hem"]);
      if (!points.left_neck) pairs.push(["left_waist", "right_waist"]);
    }
    return pairs.filter(([a, b]) => points[a] && points[b]);
  };

  /** The picture, and the veil over what is not in its mask. */
  const picture = (own, ratio) => {
    const [x, y] = view.toPane([0, 0]);
    const [w, h] = own.subject.size.map((v) => v * view.scale());
    context.imageSmoothingEnabled = view.scale() * ratio < 4;
    if (own.photo) context.drawImage(own.photo, x, y, w, h);
    if (own.mask) {
      if (!own.stroke) own.mask.show(own.now);
      // Parts are of all colours, and where they end has to be seen through them.
      context.globalAlpha = own.subject.kind === "parts" ? 0.45 : 0.6;
      context.drawImage(own.mask.veil(), x, y, w, h);
      context.globalAlpha = 1;
    }
  };

  /** The lines between the points. */
  const lines = (own) => {
    for (const [colour, width] of [["rgb(0 0 0 / 0.55)", 3.5], ["#fff", 1.5]]) {
      Object.assign(context, { strokeStyle: colour, lineWidth: width });
      context.beginPath();
      for (const [a, b] of pairsOf(own)) {
        context.moveTo(...view.centre(own.now[a]));
        context.lineTo(...view.centre(own.now[b]));
      }
      context.stroke();
    }
  };

  /** The surroundings of a point that is dragged, larger, where the finger does not hide them. */
  const lens = (own, point) => {
    const at = view.centre(point);
    const [wide] = view.frame;
    const side = Math.min(140, wide / 3);
    const left = at[0] > wide / 2 ? 10 : wide - side - 10;
    const scale = Math.max(3 * view.scale(), 3);
    context.save();
    context.beginPath();
    context.arc(left + side / 2, 10 + side / 2, side / 2, 0, 7);
    context.clip();
    context.fillStyle = "#888";
    context.fillRect(left, 10, side, side);
    const corner = point.map((v, k) => [left, 10][k] + side / 2 - (v + 0.5) * scale);
    context.drawImage(own.photo, ...corner, ...own.subject.size.map((v) => v * scale));
    context.lineWidth = 1;
    for (const colour of ["#000", "#fff"]) {
      context.strokeStyle = colour;
      context.setLineDash(colour === "#000" ? [] : [3, 3]);
      context.strokeRect(left + side / 2, 10, 0, side);
      context.strokeRect(left, 10 + side / 2, side, 0);
    }
    context.restore();
  };

  /** The brush, `radius` pixels of the picture, at a point of it. */
  const ring = (at, radius) => {
    const [x, y] = view.centre(at);
    for (const [colour, width] of [["#000", 3], ["#fff", 1.2]]) {
      Object.assign(context, { strokeStyle: colour, lineWidth: width });
      context.beginPath();
      context.arc(x, y, Math.max(2, radius * view.scale()), 0, 7);
      context.stroke();
    }
  };

  return { lens, lines, picture, ring };
};
