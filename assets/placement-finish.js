// Light and ground: how the selected figure is made to belong to the background. Every part has a switch and a slider;
// what is switched on again comes back as it was.
window.vton.placementFinish = (desk) => {
  const { vton } = window;
  const { part, store } = desk;
  const { natural, limits } = desk.value().finish;
  const PARTS = ["light", "contact", "shadow", "sharpness", "grain", "wrap"];
  const CAST = ["shadow_angle", "shadow_length", "shadow_softness"]; // automatic where they are null
  const START = { shadow_angle: 20, shadow_length: 0.8, shadow_softness: 0.4 };
  const plain = Object.fromEntries([...PARTS.map((name) => [name, 0]), ...CAST.map((name) => [name, null])]);
  const last = {}; // strength of each part when it was on
  const lastCast = { ...START };
  const rows = {};

  const finish = () => ({ ...plain, ...store.figure.finish });
  const tidy = (values) => {
    const own = Object.entries(values).filter(([name, value]) => value !== plain[name]);
    return own.length ? Object.fromEntries(own) : undefined;
  };
  const withFinish = (values) => store.withFigure({ ...store.figure, finish: tidy(values) });
  const set = (changes, group) => store.commit(withFinish({ ...finish(), ...changes }), group);
  const show = (changes) => store.tune(withFinish({ ...finish(), ...changes }));

  const node = (tag, className, key) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (key) made.dataset.t = key;
    return made;
  };
  const toggle = (key, onChange) => {
    const label = node("label", "switch");
    const box = node("input");
    Object.assign(box, { type: "checkbox" });
    box.setAttribute("role", "switch");
    box.addEventListener("change", () => onChange(box.checked));
    label.append(box, node("span", "", key));
    return { label, box };
  };
  const range = (name, key, step, apply) => {
    const input = node("input");
    const [low, high] = limits[name];
    Object.assign(input, { type: "range", name, min: low, max: high, step });
    input.dataset.tLabel = key;
    input.addEventListener("input", () => show({ [name]: input.valueAsNumber }));
    input.addEventListener("change", () => apply(input.valueAsNumber));
    return input;
  };

  const row = (name) => {
    const box = node("div", "part");
    const { label, box: on } = toggle("placement.finish." + name, (checked) =>
      set({ [name]: checked ? last[name] || natural[name] || 0.5 : 0 }),
    );
    const said = node("output", "said");
    said.setAttribute("aria-hidden", "true");
    const slider = range(name, "placement.finish." + name, 0.01, (value) => set({ [name]: value }));
    on.dataset.finish = name;
    const about = node("p", "about", "placement.about." + name);
    const none = node("p", "none");
    none.hidden = true;
    box.append(label, said, slider, about, none);
    rows[name] = { box, on, said, slider, none };
    return box;
  };

  /** A dial for the direction in which the shadow falls: 0 to the right, 90 towards the viewer. */
  const dial = () => {
    const made = node("div", "dial");
    Object.assign(made, { tabIndex: 0 });
    made.setAttribute("role", "slider");
    made.setAttribute("aria-valuemin", 0);
    made.setAttribute("aria-valuemax", 359);
    made.dataset.tLabel = "placement.finish.shadow_angle";
    made.append(node("i"));
    const angle = (event) => {
      const box = made.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
      return (Math.round((Math.atan2(y, x) * 180) / Math.PI) + 360) % 360;
    };
    let held = false;
    made.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      made.focus();
      made.setPointerCapture(event.pointerId);
      held = true;
      show({ shadow_angle: angle(event) });
    });
    made.addEventListener("pointermove", (event) => held && show({ shadow_angle: angle(event) }));
    made.addEventListener("pointerup", (event) => {
      held = false;
      set({ shadow_angle: angle(event) });
    });
    made.addEventListener("pointercancel", () => {
      held = false;
      store.restore();
    });
    made.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5 }[event.key];
      if (!by) return;
      event.preventDefault();
      set({ shadow_angle: (finish().shadow_angle + by + 360) % 360 }, "dial");
    });
    return made;
  };

  const cast = () => {
    const box = node("div", "cast-shadow");
    const { label, box: auto } = toggle("placement.finish.automatic", (checked) =>
      set(Object.fromEntries(CAST.map((name) => [name, checked ? null : lastCast[name]]))),
    );
    auto.dataset.finish = "automatic";
    const own = node("div", "own");
    const knob = dial();
    own.append(knob);
    const slides = node("div");
    for (const name of ["shadow_length", "shadow_softness"]) {
      const slide = node("label", "slide");
      const input = range(name, "placement.finish." + name, name === "shadow_length" ? 0.05 : 0.01, (value) =>
        set({ [name]: value }),
      );
      if (name === "shadow_length") input.max = 3; // longer ones are for files
      const said = node("output");
      said.setAttribute("aria-hidden", "true");
      slide.append(node("span", "", "placement.finish." + name), said, input);
      slides.append(slide);
      rows[name] = { slider: input, said };
    }
    own.append(slides);
    box.append(label, own);
    rows.cast = { box, auto, own, knob };
    return box;
  };

  const preset = (name, values) => {
    const made = node("button", "quiet");
    made.type = "button";
    made.dataset.preset = name;
    made.append(node("span", "", "placement.preset." + name));
    made.addEventListener("click", () => set(values));
    return made;
  };

  const presets = { plain, natural: { ...plain, ...natural } };
  part("presets").append(...Object.entries(presets).map(([name, values]) => preset(name, values)));
  for (const name of PARTS) {
    part("finish").append(row(name));
    if (name === "shadow") rows.shadow.box.append(cast());
  }

  desk.tools.everybody.addEventListener("click", () => {
    const { finish: mine } = store.figure;
    store.commit({ ...store.doc, figures: store.doc.figures.map((entry) => ({ ...entry, finish: mine })) });
  });
  const sorted = (entry) => Object.entries(entry.finish || {}).sort();
  /** Why the selected figure has no shadow; nothing where it has one. */
  const shadowless = () => {
    if (desk.view.of(store.figure).cropped) return "cut";
    return store.figure.position[1] >= desk.view.size()[1] ? "below" : "";
  };

  const percent = (value) => vton.t("placement.percent", { value: Math.round(value * 100) });
  const draw = () => {
    const now = finish();
    for (const name of PARTS) {
      const { box, on, said, slider } = rows[name];
      const value = now[name];
      if (value) last[name] = value;
      box.classList.toggle("on", value > 0);
      on.checked = value > 0;
      slider.value = value;
      slider.setAttribute("aria-valuetext", percent(value));
      said.textContent = value ? percent(value) : "";
    }
    const missing = shadowless();
    const automatic = CAST.every((name) => now[name] === null);
    rows.cast.box.hidden = !now.shadow || missing !== "";
    rows.cast.auto.checked = automatic;
    rows.cast.own.hidden = automatic;
    for (const name of CAST) if (now[name] !== null) lastCast[name] = now[name];
    const turn = now.shadow_angle ?? START.shadow_angle;
    rows.cast.knob.style.setProperty("--turn", turn + "deg");
    rows.cast.knob.setAttribute("aria-valuenow", turn);
    rows.cast.knob.setAttribute("aria-valuetext", vton.t("placement.degrees", { value: Math.round(turn) }));
    for (const name of ["shadow_length", "shadow_softness"]) {
      const { slider, said } = rows[name];
      const value = now[name] ?? START[name];
      slider.value = value;
      slider.setAttribute("aria-valuetext", percent(value));
      said.textContent = percent(value);
    }
    const wanted = ["contact", "shadow"].filter((name) => missing && now[name]);
    for (const name of ["contact", "shadow"]) {
      const { none } = rows[name];
      none.hidden = name !== wanted[0];
      none.textContent = none.hidden ? "" : vton.t("placement.shadowless." + missing);
    }
    const { figures } = store.doc;
    desk.tools.everybody.hidden = figures.length < 2;
    desk.tools.everybody.disabled = figures.every((entry) => vton.geometry.same(sorted(entry), sorted(store.figure)));
    const is = Object.keys(presets).find((name) => vton.geometry.same(tidy(presets[name]), tidy(now)));
    for (const button of part("presets").children) {
      button.setAttribute("aria-pressed", String(button.dataset.preset === is));
    }
    part("finish-used").textContent = vton.t("placement.preset." + (is || "own"));
  };

  return { draw };
};
