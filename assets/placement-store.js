// The scene that the hand arranges: an immutable document, its past and its future.
// ``{figures: [{key, figure, called, position, top, bottom, flip, rotate, finish}, …back to front], selected, horizon,
// drawn, perspective, painted: {base, strokes}}``
// ``bounded`` brings a figure that grew too large back to the largest it may be.
window.vton.placementStore = (bounded) => {
  const g = window.vton.geometry;
  const steps = window.vton.undo();
  let doc = null;
  let kept = null; // what stood before the hand began to move it
  let calm = false; // nothing moves under the hand: what it changes may be told meanwhile
  const heard = new Set();
  const tell = (what) => heard.forEach((listener) => listener(what));

  const sound = (changed) => changed.figures.every((p) => g.height(p) >= 1);

  const show = (changed, still) => {
    if (!sound(changed)) return;
    kept = kept || doc;
    [doc, calm] = [changed, still];
    tell(calm ? "calm" : "live");
  };
  /** Show ``changed`` for as long as the hand moves; nothing is remembered. */
  const live = (changed) => show(changed, false);
  /** The same, where no figure moves: the server may render it meanwhile. */
  const tune = (changed) => show(changed, true);
  /** Back to what was there; what the server was told meanwhile is told anew. */
  const back = (before) => {
    const told = calm;
    [doc, kept, calm] = [before, null, false];
    tell(told ? "rest" : "live");
  };

  /** Make ``changed`` what is; changes of one ``group`` that follow each other are undone together. */
  const commit = (changed, group = "") => {
    const before = kept || doc;
    if (!sound(changed) || g.same(changed, before)) return back(before);
    steps.push(before, group);
    [doc, kept, calm] = [changed, null, false];
    tell("rest");
  };

  const restore = () => {
    if (kept) back(kept);
  };

  const step = (found) => {
    if (!found) return;
    [doc, kept, calm] = [found, null, false];
    tell("rest");
  };

  const load = (fresh) => {
    [doc, kept, calm] = [fresh, null, false];
    steps.clear();
  };

  /** Show what somebody else has made of the scene; it can be taken back. */
  const adopt = (fresh) => {
    steps.push(kept || doc);
    [doc, kept, calm] = [fresh, null, false];
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
    figures: from.figures.map((p, index) => (index === from.selected ? bounded(entry) : p)),
  });

  return {
    adopt, commit, live, load, restore, rewrite, tune, withFigure,
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
      return kept !== null && !calm;
    },
    get canUndo() {
      return steps.canUndo;
    },
    get canRedo() {
      return steps.canRedo;
    },
  };
};
