// What is done by hand to each subject and is not sent yet: whether there is any, and how it outlives a reload and another
// fit. A desk is {subject, photo, mask, ready, now, steps, sent}: ``now`` are strokes or the points by their names, and is
// never changed in place; ``sent`` is what of it the server was told; ``ready`` is kept once the pictures are there.
// ``value`` gives what the server says.
window.vton.correctWork = (value) => {
  const KEEP = "vton-correct";
  const { vton } = window;
  const { same } = vton;
  const desks = new Map(); // by the subject's id

  /** What can be corrected; another fit's is on its way for a moment, and the desks still serve. */
  const subjects = () => (value().subjects.length ? value().subjects : [...desks.values()].map((own) => own.subject));
  const isPainted = ({ subject }) => subject.kind !== "points";
  /** A desk for a subject, with what was done to it before. */
  const laid = (subject, held) => {
    const own = { subject, photo: null, mask: null, now: held || (subject.kind !== "points" ? [] : subject.points), steps: vton.undo() };
    if (isPainted(own)) own.now.forEach((_, count) => own.steps.push(own.now.slice(0, count)));
    desks.set(subject.id, own);
    return own;
  };
  /** What the server was told and could not do: it is done, or taken back, with the next Redo. */
  const behind = (id) => !value().running && value().behind.includes(id);
  const dirty = (id) => {
    const own = desks.get(id);
    if (!own) return false;
    return isPainted(own) ? own.now.length > 0 : !same(own.now, own.subject.points);
  };
  /** What was done and not sent yet outlives a reload. */
  const keep = () => {
    const held = Object.fromEntries([...desks].filter(([id]) => dirty(id)).map(([id, own]) => [id, own.now]));
    vton.write(KEEP, JSON.stringify({ fit: value().id, url: value().subjects[0]?.photo, held }));
  };
  const kept = () => {
    try {
      const found = JSON.parse(vton.read(KEEP));
      return found.fit === value().id && found.url === value().subjects[0].photo ? found.held : {};
    } catch {
      return {}; // nothing was kept, or by another version of the page
    }
  };

  const alike = (a, b) =>
    Object.keys(a).every((name) => (a[name] && b[name] ? Math.hypot(...a[name].map((v, k) => v - b[name][k])) < 0.1 : !a[name] === !b[name]));
  /** What was done to a subject after it was sent last, as the next fit's begins; nothing where its picture is another. */
  const unsent = (own, subject) => {
    const before = own.subject;
    const seen = subject.id === "joints" ? alike(before.found, subject.found) : before.photo === subject.photo;
    if (!seen || !same(before.size, subject.size)) return undefined;
    if (isPainted(own)) return own.now.slice(own.sent?.length || 0);
    const moved = Object.entries(own.now).filter(([name, at]) => name in subject.points && !same(at, (own.sent || before.points)[name]));
    return { ...subject.points, ...Object.fromEntries(moved) };
  };

  return { behind, desks, dirty, isPainted, keep, kept, laid, subjects, unsent };
};
