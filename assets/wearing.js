const { vton } = window;
const state = vton.newest(props);
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const { plain, tucks, garments, limit, step } = state.value;
const CHOICES = { garment: garments, second: garments, tuck: tucks };
const words = (name, value) => vton.t("wearing." + (name === "second" ? "garment" : name) + "." + value);
const SHARES = Object.keys(plain).filter((name) => !(name in CHOICES));
const PAUSE = 350; // a key that is pressed again and again is one wish
const asked = {}; // what was wished here and the server has not answered yet
let sending = 0;
let running = false;

const node = (tag, className) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  return made;
};
const wished = () => ({ ...state.value.chosen, ...asked });

const send = () => {
  clearTimeout(sending);
  sending = setTimeout(() => {
    sending = 0;
    wish("wear", { ...asked });
  }, PAUSE);
};

const choice = (name) => {
  const group = node("fieldset", "choice");
  const legend = node("legend");
  const text = node("span");
  text.dataset.t = "wearing." + name;
  legend.append(text, node("span", "seen"));
  legend.lastChild.dataset.seen = name;
  group.append(legend);
  for (const value of CHOICES[name]) {
    const label = node("label", "quiet");
    const radio = node("input");
    Object.assign(radio, { type: "radio", name, value });
    radio.addEventListener("change", () => {
      asked[name] = value;
      check();
      send();
    });
    const text = node("span");
    text.dataset.t = "wearing." + (name === "second" ? "garment" : name) + "." + value;
    label.append(radio, text);
    group.append(label);
  }
  group.dataset.choice = name;
  return group;
};

const slider = (name) => {
  const box = node("label", "share");
  const text = node("b");
  text.dataset.t = "wearing." + name;
  const said = node("span", "said");
  said.setAttribute("aria-hidden", "true"); // the slider says it itself
  const range = node("input");
  Object.assign(range, { type: "range", name, min: -limit, max: limit, step });
  range.addEventListener("input", () => {
    asked[name] = Math.round(range.value * 100) / 100;
    check();
  });
  range.addEventListener("change", send);
  box.append(text, said, range);
  return box;
};

part("wishes").append(...Object.keys(CHOICES).map(choice), ...SHARES.map(slider));
part("reset").addEventListener("click", () => {
  Object.assign(asked, plain);
  check();
  send();
});

const about = (name, value) => {
  if (name in CHOICES) return words(name, value);
  if (value === 0) return vton.t("wearing.plain");
  return vton.t("wearing." + name + (value > 0 ? ".more" : ".less"), { value: Math.round(Math.abs(value) * 100) });
};

const check = () => {
  const now = wished();
  for (const radio of element.querySelectorAll("input[type=radio]")) radio.checked = radio.value === now[radio.name];
  for (const range of element.querySelectorAll("input[type=range]")) {
    const said = about(range.name, now[range.name]);
    range.value = now[range.name];
    range.setAttribute("aria-valuetext", said);
    range.parentElement.querySelector(".said").textContent = said;
  }
  const { two, kinds } = state.value;
  element.querySelector('[data-choice="second"]').hidden = !two;
  for (const slot of ["garment", "second"]) {
    const seen = element.querySelector('[data-seen="' + slot + '"]');
    seen.textContent = kinds[slot] ? vton.t("wearing.seen", { kind: vton.t("wearing.garment." + kinds[slot]) }) : "";
  }
  const own = Object.keys(plain).filter((name) => now[name] !== plain[name] && (two || name !== "second"));
  part("reset").disabled = own.length === 0;
  part("used").textContent = own.length
    ? own.map((name) => vton.t("wearing." + name) + ": " + about(name, now[name])).join(" · ")
    : vton.t("wearing.plain");
};

vton.panel(element, watch, state, () => {
  const { chosen, errors, behind } = state.value;
  for (const name of Object.keys(asked)) {
    if (errors.length || (asked[name] === chosen[name] && !sending)) delete asked[name];
  }
  vton.showNotices(part("errors"), errors, "error", () => wish("dismiss", { place: "wearing" }));
  check();
  // What was wished while a run was under way is done after it.
  if (running && behind && !sending) wish("wear", {});
  running = state.value.running;
});
