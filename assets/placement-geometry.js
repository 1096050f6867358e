// What a placement means, in background pixels (pixel centres at integers), as the position file is. Pure functions:
// nothing here knows the page, and nothing is changed in place.
window.vton.geometry = (() => {
  const POINTS = ["position", "top", "bottom"];
  const plus = (a, b) => [a[0] + b[0], a[1] + b[1]];
  const minus = (a, b) => [a[0] - b[0], a[1] - b[1]];
  const times = (a, s) => [a[0] * s, a[1] * s];
  const length = (a) => Math.hypot(a[0], a[1]);
  const rounded = (p) => [Math.round(p[0]), Math.round(p[1])];
  const fine = (p) => p.map((v) => Math.round(v * 1000) / 1000);
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const { same } = window.vton;
  const LARGEST = 20; // heights of the background

  const height = (p) => length(minus(p.top, p.bottom));
  /** The figure stands on the point that its height is measured from. */
  const linked = (p) => same(p.position, p.bottom);

  /** ``p`` with its position on ``pixel``; points that belong to it come along. */
  const standingAt = (p, pixel) => {
    if (!linked(p)) return { ...p, position: [...pixel] };
    return { ...p, position: [...pixel], bottom: [...pixel], top: plus(pixel, minus(p.top, p.bottom)) };
  };

  /** ``p`` with one of its points, or all of it, moved by ``by``, to whole pixels. */
  const moved = (p, what, by) => {
    if (what === "top" || what === "bottom") return { ...p, [what]: rounded(plus(p[what], by)) };
    return standingAt(p, rounded(plus(p.position, by)));
  };

  /** ``p`` made ``tall`` pixels high: its top moves along the line from its bottom, to a whole pixel unless ``exact``. */
  const withHeight = (p, tall, exact = false) => {
    const top = plus(p.bottom, times(minus(p.top, p.bottom), Math.max(2, tall) / height(p)));
    return { ...p, top: exact ? fine(top) : rounded(top) };
  };

  /** The height at which ``figure`` is as high or wide as it may be on a background of ``size``. */
  const tallest = (figure, size) => {
    const wide = figure.size[0] / figure.height;
    return Math.max(2, Math.floor((LARGEST * size[1]) / Math.max(1, wide)));
  };

  /** ``p`` turned by ``degrees``, clockwise as seen, about its position. */
  const turned = (p, degrees) => ({ ...p, rotate: turn((p.rotate || 0) + degrees) });
  /** Degrees in (-180, 180], to a tenth. */
  const turn = (degrees) => {
    const round = Math.round((((degrees % 360) + 540) % 360) * 10 - 1800) / 10;
    return round === -180 ? 180 : round;
  };

  /** ``to`` with the height that ``from`` has at its new depth: heights grow with the distance below the horizon. */
  const inPerspective = (from, to, horizon) => {
    const [near, far] = [from.position[1] - horizon, to.position[1] - horizon];
    return near > 0 && far > 0 && near !== far ? withHeight(to, (height(from) * far) / near, true) : to;
  };

  /** How tall people of the picture are where feet stand at ``y``: by the horizon, else as the nearest person. */
  const heightThere = (people, horizon, y) => {
    if (!people.length) return null;
    const tall = (person) => Math.abs(person.feet[1] - person.head[1]);
    const away = (person) => Math.abs(person.feet[1] - y);
    const nearest = people.reduce((best, person) => (away(person) < away(best) ? person : best));
    const depth = nearest.feet[1] - horizon;
    return horizon === null || depth <= 0 || y <= horizon ? tall(nearest) : (tall(nearest) * (y - horizon)) / depth;
  };

  /** The affine map ``[a, b, c, d, e, f]`` from ``figure``'s preview, ``natural`` pixels large, to the background,
   * both measured from the upper left corner of their first pixel. */
  const drawing = (figure, natural, p) => {
    const s = height(p) / figure.height;
    const angle = ((p.rotate || 0) * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle) * s, Math.sin(angle) * s];
    const side = p.flip ? -1 : 1;
    const [a, b, c, d] = [cos * side, sin * side, -sin, cos];
    const [x, y] = [figure.origin[0] - 0.5 - figure.anchor[0], figure.origin[1] - 0.5 - figure.anchor[1]];
    const [kx, ky] = [figure.size[0] / natural[0], figure.size[1] / natural[1]];
    const [e, f] = [p.position[0] + 0.5 + a * x + c * y, p.position[1] + 0.5 + b * x + d * y];
    return [a * kx, b * kx, c * ky, d * ky, e, f];
  };
  const apply = ([a, b, c, d, e, f], [x, y]) => [a * x + c * y + e, b * x + d * y + f];
  const inverse = ([a, b, c, d, e, f]) => {
    const det = a * d - b * c;
    return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
  };
  /** The corners of the figure's box on the background, clockwise from the head's left as seen. */
  const corners = (figure, p) => {
    const [w, h] = figure.size;
    const map = drawing(figure, figure.size, p);
    const found = [[0, 0], [w, 0], [w, h], [0, h]].map((point) => apply(map, point));
    return p.flip ? [found[1], found[0], found[3], found[2]] : found;
  };

  /** ``figures`` with a number each, by which they are named: their own, or the lowest that is free. */
  const called = (figures) => {
    const taken = new Set();
    const own = figures.map((p) => (p.called && !taken.has(p.called) && taken.add(p.called) ? p.called : 0));
    const free = () => {
      let number = 1;
      while (taken.has(number)) number += 1;
      taken.add(number);
      return number;
    };
    return figures.map((p, index) => ({ ...p, called: own[index] || free() }));
  };

  /** The pixel under a pointer: the floor of the scaled position, never outside the picture of ``size``.
   * ``box`` is where the picture shows, in the pointer's own pixels. */
  const pixelAt = (box, size, { clientX, clientY }) => {
    const x = Math.floor(((clientX - box.left) * size[0]) / box.width);
    const y = Math.floor(((clientY - box.top) * size[1]) / box.height);
    return [clamp(x, 0, size[0] - 1), clamp(y, 0, size[1] - 1)];
  };

  /** The position file of ``p``. */
  const positionFile = (p) =>
    POINTS.map((name) => p[name].join(" ")).join("\n") + "\n" + (p.flip ? "flip\n" : "") +
    (p.rotate ? "rotate " + p.rotate + "\n" : "");

  /** What a position file says, or ``null`` where it is none. */
  const fromPositionFile = (text) => {
    const words = text
      .split(/\r?\n/)
      .flatMap((line) => line.replace(/#.*/, "").split(/[\s,;]+/))
      .filter(Boolean);
    const numbers = words.slice(0, 6).map(Number);
    const rest = words.slice(6).map((word) => word.toLowerCase());
    const at = rest.indexOf("rotate");
    const rotate = at < 0 ? 0 : Number(rest[at + 1]);
    if (at >= 0) rest.splice(at, 2);
    if (numbers.length < 6 || ![...numbers, rotate].every(Number.isFinite) || Math.abs(rotate) > 180) return null;
    if (rest.some((word) => word !== "flip")) return null;
    const [x0, y0, x1, y1, x2, y2] = numbers;
    const read = { position: [x0, y0], top: [x1, y1], bottom: [x2, y2], flip: rest.length > 0, rotate };
    return height(read) < 1 ? null : read;
  };

  return {
    POINTS, apply, called, clamp, corners, drawing, fromPositionFile, height, heightThere, inPerspective, inverse, length,
    linked, minus, moved, pixelAt, plus, positionFile, rounded, same, standingAt, tallest, times, turn, turned, withHeight,
  };
})();
