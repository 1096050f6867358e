// The scene that the hand arranges: an immutable document, its past and its future.
// ``{figures: [{key, figure, position, top, bottom, flip, rotate, finish}, …back to front], selected, horizon, drawn,
// perspective, painted: {base, strokes}}``
window.vton.placementStore = () => {
  const g = window.vton.geometry;
  const BURST = 700; // keys or wheel turns within so many milliseconds are taken back together
  const MOST = 200;
  let doc = null;
  let kept = null; // what stood before the hand began to move it
  let past = [];
  let future = [];
  let burst = "";
  let burstTimer = 0;
  const heard = new Set();
  const tell = (what) => heard.forEach((listener) => listener(what));

  const sound = (changed) => changed.figures.every((p) => g.height(p) >= 1);

  /** Show ``changed`` for as long as the hand moves; nothing is remembered. */
  const live = (changed) => {
    if (!sound(changed)) return;
    kept = kept || doc;
    doc = changed;
    tell("live");
  };

  /** Make ``changed`` what is; changes of one ``group`` that follow each other are undone together. */
  const commit = (changed, group = "") => {
    const before = kept || doc;
    kept = null;
    if (!sound(changed) || g.same(changed, before)) {
      doc = before;
      tell("live");
      return;
    }
    if (!group || group !== burst) past = [...past.slice(-MOST), before];
    burst = group;
    clearTimeout(burstTimer);
    burstTimer = setTimeout(() => (burst = ""), BURST);
    future = [];
    doc = changed;
    tell("rest");
  };

  const restore = () => {
    if (!kept) return;
    doc = kept;
    kept = null;
    tell("live");
  };

  const step = (from, to) => {
    if (!from.length) return;
    to.push(doc);
    doc = from.pop();
    burst = "";
    tell("rest");
  };

  const load = (fresh) => {
    doc = fresh;
    kept = null;
    past = [];
    future = [];
    burst = "";
  };

  /** Show what somebody else has made of the scene; it can be taken back. */
  const adopt = (fresh) => {
    past = [...past.slice(-MOST), kept || doc];
    [doc, kept, future, burst] = [fresh, null, [], ""];
    tell("live");
  };
  /** Change the document and all its past and future alike. */
  const rewrite = (change) => {
    doc = change(doc);
    kept = kept && change(kept);
    [past, future] = [past.map(change), future.map(change)];
  };
  /** Let go of those of the past and the future that cannot be shown any more. */
  const forget = (gone) => {
    [past, future] = [past, future].map((list) => list.filter((document) => !gone(document)));
  };

  /** ``doc`` with the selected figure changed to ``entry``. */
  const withFigure = (entry, from = doc) => ({
    ...from,
    figures: from.figures.map((p, index) => (index === from.selected ? entry : p)),
  });

  return {
    adopt, commit, forget, live, load, restore, rewrite, withFigure,
    undo: () => step(past, future),
    redo: () => step(future, past),
    on: (listener) => heard.add(listener),
    get doc() {
      return doc;
    },
    /** The document before the hand began to move it. */
    get before() {
      return kept || doc;
    },
    get figure() {
      return doc.figures[doc.selected];
    },
    get moving() {
      return kept !== null;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
  };
};
