// The scene that the hand arranges: an immutable document, its past and its future.
// ``{figures: [{key, figure, position, top, bottom, flip, rotate, finish}, …back to front], selected, horizon, drawn,
// perspective, painted: {base, strokes}}``
window.vton.placementStore = () => {
  const g = window.vton.geometry;
  const steps = window.vton.undo();
  let doc = null;
  let kept = null; // what stood before the hand began to move it
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
    steps.push(before, group);
    doc = changed;
    tell("rest");
  };

  const restore = () => {
    if (!kept) return;
    doc = kept;
    kept = null;
    tell("live");
  };

  const step = (found) => {
    if (!found) return;
    doc = found;
    tell("rest");
  };

  const load = (fresh) => {
    [doc, kept] = [fresh, null];
    steps.clear();
  };

  /** Show what somebody else has made of the scene; it can be taken back. */
  const adopt = (fresh) => {
    steps.push(kept || doc);
    [doc, kept] = [fresh, null];
    tell("live");
  };
  /** Change the document and all its past and future alike. */
  const rewrite = (change) => {
    doc = change(doc);
    kept = kept && change(kept);
    steps.rewrite(change);
  };

  /** ``doc`` with the selected figure changed to ``entry``. */
  const withFigure = (entry, from = doc) => ({
    ...from,
    figures: from.figures.map((p, index) => (index === from.selected ? entry : p)),
  });

  return {
    adopt, commit, live, load, restore, rewrite, withFigure,
    /** Let go of those of the past and the future that cannot be shown any more. */
    forget: steps.forget,
    undo: () => step(steps.back(doc)),
    redo: () => step(steps.again(doc)),
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
      return steps.canUndo;
    },
    get canRedo() {
      return steps.canRedo;
    },
  };
};
