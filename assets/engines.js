const { vton } = window;
const state = vton.newest(props);
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const STAGES = { background: "cutout", pose: "pose", parsing: "parse", tryon: "tryon" };
const asked = {}; // what was chosen here and the server has not answered yet
let drawn = "";

const node = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
const stage = (step) => vton.t("stage." + STAGES[step]);

const missing = (engine) => {
  const box = node("details", "missing");
  box.append(node("summary", "", vton.t("engines.missing")), node("p", "", vton.t("engines.get")), node("pre", "", engine.command));
  const copy = node("button", "quiet", vton.t("engines.copy"));
  copy.type = "button";
  copy.addEventListener("click", async () => {
    await vton.copyText(engine.command);
    copy.textContent = vton.t("placement.copied");
    setTimeout(() => (copy.textContent = vton.t("engines.copy")), 2000);
  });
  box.append(copy);
  return box;
};

const option = (engine) => {
  const id = "engine-" + engine.step + "-" + engine.name;
  const item = node("div", "engine");
  item.dataset.engine = engine.name;
  const label = node("label");
  const radio = node("input");
  Object.assign(radio, { type: "radio", name: "engine-" + engine.step, value: engine.name, disabled: Boolean(engine.command) });
  radio.setAttribute("aria-describedby", id);
  radio.addEventListener("change", () => {
    asked[engine.step] = engine.name;
    wish("use", { step: engine.step, name: engine.name });
    check();
  });
  label.append(radio, node("b", "", engine.name));
  if (engine.default) label.append(node("span", "tag", vton.t("engines.default")));
  const about = node("div", "about");
  about.id = id;
  about.append(
    node("p", "", vton.say({ template: engine.summary })),
    node("p", "licence", vton.t("engines.licence", { licence: engine.licence })),
  );
  if (!engine.commercial) about.append(node("p", "restricted", vton.t("engines.restricted")));
  if (engine.command) about.append(missing(engine));
  item.append(label, about);
  return item;
};

const group = ({ step, engines }) => {
  const made = node("fieldset");
  made.dataset.step = step;
  made.append(node("legend", "", stage(step)), ...engines.map(option));
  return made;
};

// The radio buttons are redrawn only when the offer changes, so that a key stays where it was pressed.
const check = () => {
  const now = { ...state.value.chosen, ...asked };
  for (const radio of element.querySelectorAll("input[type=radio]")) {
    radio.checked = now[radio.name.slice("engine-".length)] === radio.value;
  }
  const own = state.value.steps.filter(({ step, engines }) => !engines.some((engine) => engine.default && engine.name === now[step]));
  part("used").textContent = own.length
    ? own.map(({ step }) => stage(step) + ": " + now[step]).join(" · ")
    : vton.t("engines.defaults");
};

vton.panel(element, watch, state, () => {
  const { steps, chosen, errors } = state.value;
  for (const step of Object.keys(asked)) {
    if (errors.length || asked[step] === chosen[step]) delete asked[step];
  }
  vton.showNotices(part("errors"), errors, "error", () => wish("dismiss", { place: "engines" }));
  const key = vton.language + JSON.stringify(steps);
  if (key !== drawn) part("steps").replaceChildren(...steps.map(group));
  drawn = key;
  check();
});
