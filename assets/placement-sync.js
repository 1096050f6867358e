// What passes between the canvas and the server, so that neither writes over what the other has newer.
//
// Every state of the scene has a stamp, and stamps only grow: the server lets go of a state older than its own, the canvas
// of one older than what the hand did last. A state that the server has not confirmed is kept in the browser, so that a
// reload loses nothing. Figures that are dressed otherwise get another number; the document follows, with its past.
window.vton.placementSync = (desk, brush, tell) => {
  const { vton } = window;
  const { store, value } = desk;
  const REST = 100; // milliseconds of rest after which the server is told
  const TURN = 30; // milliseconds after which it is looked again whether it has answered
  const PATIENCE = 2000; // milliseconds after which an answer is not waited for any more
  const KEEP = "vton-scene";
  let scene = null; // id of the scene on show
  let fit = 0; // the last fit that was followed
  let stamp = 0; // of what is on show
  let number = 0; // of the last message
  let moved = 0; // the stamp of the last change of anything but the finish
  let stamped = null; // what that stamp and the last one were given to
  let told = { at: 0, stamp: 0 }; // the last message
  let timer = 0;
  let painted = null; // what is painted in front that the server has
  let sent = null; // {painted, number} of the last message that had a mask
  let occluder = null; // the address of ``painted`` at the server

  const later = (than) => Math.max(than + 1, Date.now()); // another tab's are others
  const own = ({ key: _, ...entry }) => entry;
  const plain = (entry) =>
    JSON.stringify([
      ...[entry.figure, entry.position, entry.top, entry.bottom, Boolean(entry.flip), entry.rotate || 0],
      Object.entries(entry.finish || {}).sort(),
    ]);
  const known = (document) => document.figures.every((entry) => entry.figure in value().figures);

  const recognised = (entry, there) => {
    const same = there?.figure === entry.figure;
    return same ? { called: there.called, ...entry, key: there.key } : { ...entry, key: desk.key() };
  };
  /** The document of what the server says; what is painted stays the browser's own where it is the same. */
  const read = (said) => ({
    figures: vton.geometry.called(said.figures.map((entry, index) => recognised(entry, store.doc?.figures[index]))),
    selected: said.selected,
    horizon: said.horizon,
    drawn: Boolean(said.drawn),
    perspective: said.perspective,
    painted: painted && said.occluder === occluder ? painted : { base: said.occluder, strokes: [] },
  });
  const alike = (a, b) =>
    ["selected", "drawn", "perspective", "painted"].every((name) => a[name] === b[name]) &&
    (a.horizon === b.horizon || !a.drawn) && // one that was found is everybody's
    vton.geometry.same(a.figures.map(plain), b.figures.map(plain));
  const has = (document, said) => {
    painted = document.painted;
    occluder = said.occluder;
  };

  // What outlives a reload.

  const keep = () => vton.write(KEEP, JSON.stringify({ scene, fit, stamp, document: store.doc }));
  const forget = () => vton.write(KEEP, "null");
  const kept = (now) => {
    try {
      const found = JSON.parse(vton.read(KEEP));
      const whole = found.document.figures.length > 0 && Array.isArray(found.document.painted.strokes);
      return whole && found.scene === now.id && found.stamp > now.stamp ? found : null;
    } catch {
      return null; // nothing was kept, or by another version of the page
    }
  };
  /** Go on with what the server was not told before the page was left. */
  const resume = (now) => {
    const held = kept(now);
    if (!held) return;
    const before = { document: store.doc, fit, stamp };
    const { base, strokes } = held.document.painted;
    const mine = strokes.length ? base === null || base === occluder : base !== occluder;
    const figures = vton.geometry.called(held.document.figures.map((entry) => ({ ...entry, key: desk.key() })));
    store.load({ ...held.document, figures, painted: mine ? held.document.painted : painted });
    [fit, stamp] = [held.fit, held.stamp];
    follow(now);
    if (known(store.doc)) return soon();
    store.load(before.document);
    [fit, stamp] = [before.fit, before.stamp];
  };

  // To the server.

  const message = () => {
    const { figures, selected, horizon, drawn, perspective } = store.doc;
    const told = { figures: figures.map(own), selected, horizon, drawn, perspective };
    number = later(number);
    // Messages overtake one another: the mask goes along until the server has one that had it.
    const mask = store.doc.painted === painted ? undefined : brush.picture();
    if (mask !== undefined) [told.occluder, sent] = [mask, { painted: store.doc.painted, number }];
    return { id: scene, fit, stamp, number, scene: told };
  };
  const flush = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    told = { at: Date.now(), stamp };
    tell.place(message());
  };
  /** At once, unless the answer to the last message, or its picture, is still on its way: then after that. */
  const steadily = () => {
    const { answered, rendered } = value();
    const open = number > answered || (renders() && rendered?.stamp !== told.stamp);
    if (!told.at || !open || Date.now() - told.at > PATIENCE) flush();
    else timer = setTimeout(steadily, TURN);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(flush, REST);
  };
  /** What the hand did last belongs to the scene that is on show: the server is told before another takes its place, and
   * takes it along. */
  const leave = (now) => {
    if (scene !== now.id) flush();
  };
  /** The browser alone cannot show the scene as it will be. */
  const renders = () => {
    const { figures, painted } = store.doc;
    return Boolean(painted.base) || painted.strokes.length > 0 || figures.some((entry) => entry.finish);
  };
  const look = () => {
    const { painted, ...rest } = store.doc;
    return { painted, all: JSON.stringify(rest), bare: JSON.stringify(rest.figures.map(({ finish: _, ...bare }) => bare)) };
  };
  /** The hand has changed something. */
  const changed = () => {
    const [before, now] = [stamped, look()];
    const still = before && before.painted === now.painted;
    if (still && before.all === now.all) return;
    [stamp, stamped] = [later(stamp), now];
    keep();
    if (still && before.bare === now.bare) {
      timer = timer || setTimeout(steadily);
      return;
    }
    moved = stamp;
    soon();
  };
  const settled = () => ([moved, stamped] = [stamp, look()]);
  /** The number of the message that asks for the picture. */
  const compose = () => {
    clearTimeout(timer);
    timer = 0;
    told = { at: Date.now(), stamp };
    tell.compose(message());
    return number;
  };

  // From the server.

  const begin = (now) => {
    [scene, fit, stamp, painted, sent] = [now.id, now.fit, now.stamp, null, null];
    const document = read(now.scene);
    has(document, now.scene);
    store.load(document);
    resume(now);
    settled();
  };

  /** Figures that are dressed otherwise now keep their places, in everything that can be taken back, too. */
  const follow = (now) => {
    const after = now.dressings.filter(([, number]) => number > fit);
    fit = now.fit;
    const renamed = (entry) => after.reduce((e, [before, number]) => (e.figure === before ? { ...e, figure: number } : e), entry);
    if (after.length) store.rewrite((document) => ({ ...document, figures: document.figures.map(renamed) }));
    store.forget((document) => !known(document));
  };

  /** Take in what the server says. Returns what that changed: ``"all"``, where another scene is on show now, ``"some"``,
   * where somebody else has changed this one, or nothing. */
  const take = (now) => {
    if (now.errors.length) sent = painted = null; // perhaps it was not taken: the mask goes along again
    if (scene !== now.id || !store.doc) {
      begin(now);
      return "all";
    }
    if (fit !== now.fit) {
      flush(); // as what the hand knew
      follow(now);
    }
    if (number && now.answered >= number && !timer) forget();
    if (sent && now.answered >= sent.number && !now.errors.length) [painted, sent] = [sent.painted, null];
    if (now.stamp === stamp) occluder = now.scene.occluder;
    if (now.stamp <= stamp && known(store.doc)) return "";
    stamp = Math.max(stamp, now.stamp);
    const document = read(now.scene);
    has(document, now.scene);
    const same = alike(document, store.doc);
    if (!same) store.adopt(document);
    settled();
    return same ? "" : "some";
  };

  document.addEventListener("visibilitychange", () => document.hidden && flush());
  addEventListener("pagehide", flush);
  vton.before(flush);

  return {
    changed, compose, leave, take,
    /** What was painted before has come; it may have been waited for. */
    masked: () => store.doc.painted !== painted && soon(),
    /** Whether a rendering shows where everything is now; its light may be that of a moment ago. */
    shows: (rendered) => Boolean(rendered) && renders() && !store.moving && rendered.stamp >= moved,
    get scene() {
      return scene;
    },
  };
};
