// What is done by hand to each subject and is not sent yet: whether there is any, and how it outlives a reload and another
// fit. A desk is {subject, photo, mask, strokes, now, past, future, sent}; `value` gives what the server says.
window.vton.correctWork = (value) => {
  const KEEP = "vton-correct";
  const desks = new Map(); // by the subject's id
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const copy = (points) => JSON.parse(JSON.stringify(points));

  /** What the server was told and could not do: it is done, or taken back, with the next Redo. */
  const behind = (id) => !value().running && value().behind.includes(id);
  const strokesOf = (own) => (own.mask ? own.mask.strokes : own.strokes); // before its picture is there, too
  const dirty = (id) => {
    const own = desks.get(id);
    if (!own) return false;
    return own.strokes ? strokesOf(own).length > 0 : !same(own.now, own.subject.points);
  };
  /** What was done and not sent yet outlives a reload. */
  const keep = () => {
    const held = {};
    for (const [id, own] of desks) if (dirty(id)) held[id] = own.strokes ? strokesOf(own) : own.now;
    try {
      localStorage.setItem(KEEP, JSON.stringify({ fit: value().id, url: value().subjects[0]?.photo, held }));
    } catch {
      /* a browser that keeps nothing, or not so much: the page works, it only forgets */
    }
  };
  const kept = () => {
    try {
      const found = JSON.parse(localStorage.getItem(KEEP));
      return found.fit === value().id && found.url === value().subjects[0].photo ? found.held : {};
    } catch {
      return {};
    }
  };

  const alike = (a, b) =>
    Object.keys(a).every((name) => (a[name] && b[name] ? Math.hypot(...a[name].map((v, k) => v - b[name][k])) < 0.1 : !a[name] === !b[name]));
  /** What was done to a subject after it was sent last, as the next fit's begins; nothing where its picture is another. */
  const unsent = (own, subject) => {
    const before = own.subject;
    const seen = subject.id === "joints" ? alike(before.found, subject.found) : before.photo === subject.photo;
    if (!seen || !same(before.size, subject.size)) return undefined;
    if (own.strokes) return strokesOf(own).slice(own.sent || 0);
    const moved = Object.entries(own.now).filter(([name, at]) => name in subject.points && !same(at, (own.sent || before.points)[name]));
    return { ...copy(subject.points), ...Object.fromEntries(moved) };
  };

  return { behind, copy, desks, dirty, keep, kept, same, unsent };
};
