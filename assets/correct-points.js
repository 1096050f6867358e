// The points of a subject: a dot for each, which has the keyboard's focus, and where the hand puts it.
window.vton.correctPoints = ({ commit, desk, draw, isPainted, part, ui, view }) => {
  const { vton } = window;

  const tenth = (point) => point.map((v) => Math.round(v * 10) / 10);
  const inside = (at) => tenth(at.map((v, k) => Math.min(Math.max(v, 0), ui.current.size[k] - 1)));

  /** Put a point somewhere, or away where ``at`` is nothing. */
  const move = (name, at, group) => {
    const { now } = desk();
    const place = at && inside(at);
    if (vton.same(now[name], place)) return;
    if (place && !ui.held) view.reveal(place);
    commit({ ...now, [name]: place }, group);
  };
  const choose = (name) => {
    ui.chosen = name;
    const at = desk().now[name];
    if (at && !ui.held) view.reveal(at);
    draw();
  };

  const make = () => {
    const names = ui.current.kind === "points" ? Object.keys(ui.current.points) : [];
    const key = ui.current.id + names.join();
    if (part("dots").dataset.shown === key) return;
    part("dots").dataset.shown = key;
    part("dots").replaceChildren(
      ...names.map((name) => {
        const dot = document.createElement("button");
        Object.assign(dot, { type: "button", className: "dot" });
        dot.dataset.dot = name;
        dot.addEventListener("focus", () => choose(name));
        return dot;
      }),
    );
  };
  const place = () => {
    const { now } = desk();
    for (const dot of part("dots").children) {
      const name = dot.dataset.dot;
      const at = now[name];
      dot.hidden = !at;
      if (!at) continue;
      const [x, y] = view.centre(at);
      dot.style.transform = "translate(" + x + "px," + y + "px)";
      const said = vton.t("correct.at", { name: vton.t("point." + name), x: Math.round(at[0]), y: Math.round(at[1]) });
      if (dot.getAttribute("aria-label") !== said) dot.setAttribute("aria-label", said);
      dot.classList.toggle("moved", !vton.same(at, ui.current.found[name]));
      dot.classList.toggle("chosen", name === ui.chosen);
    }
  };

  const remove = () => {
    move(ui.chosen, null);
    ui.chosen = null;
    part("pane").focus({ preventScroll: true });
  };
  /** Where the chosen point is; nothing where none is chosen. */
  const at = () => (!isPainted() && ui.chosen && desk()?.now[ui.chosen]) || null;

  const fields = [...part("point").querySelectorAll("input")];
  for (const input of fields) {
    input.addEventListener("change", () => {
      const now = [...at()];
      if (Number.isFinite(input.valueAsNumber)) now[Number(input.dataset.axis)] = input.valueAsNumber;
      move(ui.chosen, now);
    });
  }
  part("add").addEventListener("change", () => {
    const name = part("add").value;
    if (!name) return;
    move(name, view.toPoint(view.frame.map((v) => v / 2)));
    choose(name);
    requestAnimationFrame(() => part("dots").querySelector('[data-dot="' + name + '"]').focus({ preventScroll: true }));
  });

  /** The name and the numbers of the chosen point. */
  const drawNumbers = () => {
    const now = at();
    part("point").hidden = !now;
    if (!now) return;
    part("name").textContent = vton.t("point." + ui.chosen);
    for (const input of fields) if (input !== document.activeElement) input.value = tenth(now)[Number(input.dataset.axis)];
  };
  /** What can be put where nothing was found. */
  const drawAbsent = () => {
    const joints = ui.current?.id === "joints" && desk();
    const names = joints ? Object.keys(joints.now).filter((name) => !joints.now[name]) : [];
    part("absent").hidden = !names.length;
    const key = vton.language + names.join();
    if (part("add").dataset.shown === key) return;
    part("add").dataset.shown = key;
    const option = (name, text) => Object.assign(document.createElement("option"), { value: name, textContent: text });
    part("add").replaceChildren(option("", "–"), ...names.map((name) => option(name, vton.t("point." + name))));
  };

  return { drawAbsent, drawNumbers, inside, make, move, place, remove };
};
