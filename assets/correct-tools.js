// The subjects that can be corrected, the tools for the one on show, and what Redo will do.

/** The brushes that a subject is painted with, the first to begin with; none for points. */
window.vton.brushesOf = ({ kind, paints }) => {
  if (kind === "points") return [];
  return [...(kind === "parts" ? paints.map(([name]) => name) : ["add", "take"]), "found", "move"];
};

window.vton.correctTools = (table, open) => {
  const { vton } = window;
  const { desk, draw, element, isPainted, pane, part, points, state, tools, ui, view, work } = table;

  const named = (id) => {
    const two = work.subjects().some((subject) => subject.id.startsWith("second."));
    const [slot, what] = id.split(".");
    if (!what) return vton.t("correct." + id);
    return two ? vton.t("correct.of." + what, { garment: vton.t("slot." + slot) }) : vton.t("correct." + what);
  };
  const drawSubjects = () => {
    const known = work.subjects().map(({ id }) => id);
    const key = vton.language + known.join();
    if (part("subjects").dataset.shown !== key) {
      part("subjects").dataset.shown = key;
      part("subjects").replaceChildren(
        ...known.map((id) => {
          const button = document.createElement("button");
          Object.assign(button, { type: "button", className: "quiet", textContent: named(id) });
          button.dataset.subject = id;
          button.addEventListener("click", () => open(id));
          return button;
        }),
      );
    }
    const changed = new Set([...state.value.edited, ...known.filter(work.dirty)]);
    for (const button of part("subjects").children) {
      const { subject } = button.dataset;
      button.setAttribute("aria-pressed", String(ui.current?.id === subject));
      button.classList.toggle("edited", changed.has(subject));
    }
    part("used").textContent = changed.size ? vton.t("correct.used", { number: changed.size }) : "";
  };

  /** Buttons for the parts of the body that the subject on show is painted with, and those of all that is painted. */
  const drawBrushes = () => {
    const paints = ui.current?.paints || [];
    const key = paints.length ? vton.language : "";
    if (part("paints").dataset.shown !== key) {
      part("paints").dataset.shown = key;
      part("paints").replaceChildren(
        ...paints.map(([name, colour]) => {
          const button = document.createElement("button");
          Object.assign(button, { type: "button", className: "quiet", textContent: vton.t("correct.part." + name) });
          button.dataset.brush = name;
          button.style.setProperty("--paint", colour);
          return button;
        }),
      );
    }
    part("paints").hidden = tools.fill.hidden = !paints.length;
    tools.fill.setAttribute("aria-pressed", String(ui.fill));
    const offered = ui.current ? vton.brushesOf(ui.current) : [];
    for (const button of part("brushes").querySelectorAll("[data-brush]")) {
      button.hidden = !offered.includes(button.dataset.brush);
      button.setAttribute("aria-pressed", String(button.dataset.brush === ui.brush));
    }
  };

  const drawRedo = () => {
    const waiting = state.value.subjects.map(({ id }) => id).filter((id) => work.dirty(id) || work.behind(id));
    const busy = ui.asked || state.value.running;
    tools.redo.disabled = busy || !waiting.length;
    tools.redo.classList.toggle("busy", busy);
    part("redo").textContent = vton.t(busy ? "fit.running" : "correct.redo");
    const first = ["cutout", "joints"].find((id) => waiting.includes(id)) || "garment";
    part("after").textContent = waiting.length ? vton.t("correct.after." + first) : "";
  };

  const acts = {
    undo: () => table.step(false),
    again: () => table.step(true),
    reset: () => table.reset(),
    gone: () => points.remove(),
    fill: () => (ui.fill = !ui.fill),
    in: () => view.zoomBy(1.5),
    out: () => view.zoomBy(1 / 1.5),
    whole: () => view.zoomTo(1),
  };
  for (const [name, act] of Object.entries(acts)) {
    tools[name].addEventListener("click", () => {
      act();
      draw();
    });
  }
  part("brushes").addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-brush]");
    if (!chosen) return;
    ui.brush = chosen.dataset.brush;
    draw();
  });
  element.querySelector("[name=size]").addEventListener("input", () => draw());

  return () => {
    const [own, painted] = [desk(), isPainted()];
    drawSubjects();
    part("brushes").hidden = part("size").hidden = !painted;
    tools.gone.hidden = ui.current?.id !== "joints";
    drawBrushes();
    pane.dataset.hand = painted ? ui.brush : "";
    pane.ariaBusy = String(Boolean(own) && !(own.photo && (own.mask || !painted)));
    tools.undo.disabled = !own?.steps.canUndo;
    tools.again.disabled = !own?.steps.canRedo;
    tools.reset.disabled = !own || !(painted ? own.now.length || ui.current.layer : !vton.same(own.now, ui.current.found));
    part("help").textContent = vton.t("correct.help." + (ui.current?.kind || "points"));
    points.drawNumbers();
    points.drawAbsent();
    drawRedo();
  };
};
