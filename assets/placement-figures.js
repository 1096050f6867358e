// The figures on the background: which there are, which is in front, and those of this visit that can be added.
window.vton.placementFigures = (desk) => {
  const { vton } = window;
  const { part, store } = desk;
  const MOST = 12;

  const button = (className, label, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", action);
    return made;
  };
  const sign = (made, path) => {
    made.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="' + path + '"/></svg>';
    return made;
  };
  const thumbnail = (number) => {
    const image = document.createElement("img");
    image.src = desk.value().figures[number].url;
    image.alt = "";
    return image;
  };

  /** Work on figures ends the placing by clicks. */
  const settle = () => Object.assign(desk.ui, { next: "position", placing: false });
  const select = (index) => {
    settle();
    store.commit({ ...store.doc, selected: index });
    desk.view.draw();
  };
  /** Move the selected figure ``by`` places towards the viewer. */
  const reorder = (by, from = store.doc.selected) => {
    const to = from + by;
    const figures = [...store.doc.figures];
    if (to < 0 || to >= figures.length) return;
    figures.splice(to, 0, ...figures.splice(from, 1));
    store.commit({ ...store.doc, figures, selected: to });
  };
  const dismiss = (index) => {
    if (store.doc.figures.length < 2) return;
    const figures = store.doc.figures.filter((_, at) => at !== index);
    const selected = Math.min(store.doc.selected - (index < store.doc.selected ? 1 : 0), figures.length - 1);
    store.commit({ ...store.doc, figures, selected });
  };
  /** One more figure in front: where it stood last, else beside the selected one. */
  const add = (number) => {
    const { doc } = store;
    if (doc.figures.length >= MOST) return;
    const known = desk.value().figures[number];
    const there = doc.figures.some((p) => p.figure === number);
    const entry = { ...(there ? beside(store.figure, number) : known.stood || known.standard), figure: number };
    entry.finish = entry.finish || store.figure.finish;
    settle();
    const figures = vton.geometry.called([...doc.figures, { ...entry, called: 0, key: desk.key() }]);
    store.commit({ ...doc, figures, selected: doc.figures.length });
  };
  /** ``entry`` at the nearest place beside it where the whole figure is seen and nobody stands; else to its right. */
  const beside = (entry, number) => {
    const figure = desk.value().figures[number];
    const g = vton.geometry;
    const wide = (figure.size[0] * g.height(entry)) / figure.height;
    const step = wide * 0.6;
    const [x, y] = entry.position;
    const seen = (at) => at - wide / 2 >= 0 && at + wide / 2 <= desk.value().background.size[0];
    const free = (at) => store.doc.figures.every(({ position }) => Math.abs(position[0] - at) > step / 2);
    const there = [1, -1, 2, -2, 3, -3, 4, -4].map((far) => Math.round(x + far * step));
    return g.standingAt(entry, [there.find((at) => seen(at) && free(at)) ?? there[0], y]);
  };

  const item = (entry, index, count) => {
    const row = document.createElement("li");
    const number = entry.called;
    const name = vton.t("placement.figure.name", { number });
    const open = button("open", name, () => select(index));
    open.setAttribute("aria-pressed", String(index === store.doc.selected));
    const label = document.createElement("span");
    label.textContent = name;
    open.append(thumbnail(entry.figure), label);
    const tools = [
      sign(button("icon", vton.t("placement.forward", { number }), () => reorder(1, index)), "m6 14 6-6 6 6"),
      sign(button("icon", vton.t("placement.backward", { number }), () => reorder(-1, index)), "m6 10 6 6 6-6"),
      sign(button("icon", vton.t("placement.remove", { number }), () => dismiss(index)), "M6 6l12 12M18 6 6 18"),
    ];
    tools[0].disabled = index === count - 1;
    tools[1].disabled = index === 0;
    tools[2].disabled = count === 1;
    row.append(open, ...tools);
    return row;
  };

  let shown = "";
  const draw = () => {
    const { figures, selected } = store.doc;
    const known = desk.value().figures;
    const now = JSON.stringify([vton.language, figures.map((p) => [p.key, p.figure, p.called]), selected, known]);
    if (now === shown) return;
    shown = now;
    const focused = part("cast").contains(document.activeElement) ? document.activeElement.ariaLabel : null;
    const rows = figures.map((entry, index) => item(entry, index, figures.length)).reverse(); // the frontmost on top
    part("cast").replaceChildren(...rows);
    part("adding").replaceChildren(
      ...Object.keys(known)
        .map(Number)
        .sort((a, b) => b - a)
        .map((number, index) => {
          const label = vton.t(index ? "placement.add.earlier" : "placement.add.current", { number: index });
          const made = button("add", label, () => add(number));
          made.dataset.figure = number;
          made.append(thumbnail(number));
          return made;
        }),
    );
    part("figures-used").textContent = vton.t("placement.figures.count", { count: figures.length });
    if (focused) [...part("cast").querySelectorAll("button")].find((b) => b.ariaLabel === focused)?.focus();
  };

  Object.assign(desk, { reorder, dismissFigure: dismiss });
  return { draw };
};
