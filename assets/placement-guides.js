// Help with the size: people found in the background, and the horizon, found or drawn.
window.vton.placementGuides = (desk) => {
  const { vton } = window;
  const g = vton.geometry;
  const { part, store, ui, view, tools } = desk;
  const ALIKE = 0.02; // a height that differs by less is taken to be right

  const people = () => desk.value().people?.people || [];
  /** The height that people of the picture would have where the selected figure stands; null where none can be told. */
  const wanted = () => {
    if (!store.figure || view.of(store.figure).cropped) return null;
    return g.heightThere(people(), store.doc.horizon, store.figure.position[1]);
  };
  const match = () => {
    const tall = wanted();
    if (tall) store.commit(store.withFigure(g.withHeight(store.figure, tall)));
  };
  const setHorizon = (horizon) => {
    ui.guides = true;
    store.commit({ ...store.doc, horizon, drawn: true, perspective: horizon !== null && store.doc.perspective });
  };
  const found = () => desk.value().people?.horizon ?? null;
  const somewhere = () => found() ?? Math.round(view.size()[1] * 0.4);

  tools.match.addEventListener("click", match);
  tools.matched.addEventListener("click", match);
  tools.horizon.addEventListener("click", () => setHorizon(store.doc.horizon === null ? somewhere() : null));
  part("perspective").addEventListener("change", (event) => {
    const on = event.target.checked;
    if (on) ui.guides = true;
    const { horizon, drawn } = store.doc;
    const line = on ? (horizon ?? somewhere()) : horizon;
    store.commit({ ...store.doc, perspective: on, horizon: line, drawn: drawn || line !== horizon });
  });

  const draw = () => {
    const { horizon, perspective } = store.doc;
    const tall = wanted();
    const differs = tall !== null && Math.abs(g.height(store.figure) / tall - 1) > ALIKE;
    tools.match.hidden = !differs || !ui.guides || ui.placing || ui.brush !== "off";
    tools.matched.disabled = !differs;
    tools.horizon.setAttribute("aria-pressed", String(horizon !== null));
    part("perspective").checked = perspective;
    const count = people().length;
    const cropped = store.figure && view.of(store.figure).cropped;
    const key = !desk.value().people ? "unknown" : !count ? "none" : cropped ? "cropped" : "some";
    part("people-said").textContent = vton.t("placement.people." + key, { count });
    part("scale-used").textContent = vton.t("placement.scale." + (perspective ? "on" : count ? "people" : "off"), { count });
  };

  return { draw, found };
};
