const { vton } = window;
const state = vton.newest(props);
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');

const item = ({ number, url, created, shown }) => {
  const entry = document.createElement("li");
  const open = document.createElement("button");
  open.type = "button";
  open.className = "open";
  open.dataset.number = number;
  open.setAttribute("aria-pressed", String(shown));
  open.setAttribute("aria-label", vton.t("history.open", { number, when: vton.when(created) }));
  const image = document.createElement("img");
  image.src = url;
  image.alt = "";
  const caption = document.createElement("span");
  caption.textContent = vton.when(created);
  open.append(image, caption);
  open.addEventListener("click", () => wish("show", { number }));
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "close";
  remove.textContent = "\u00d7";
  remove.setAttribute("aria-label", vton.t("history.remove", { number }));
  remove.addEventListener("click", () => wish("remove", { number }));
  entry.append(open, remove);
  return entry;
};

vton.panel(element, watch, state, () => {
  const { items } = state.value;
  part("root").hidden = items.length === 0;
  part("shelf").replaceChildren(...items.map(item));
});
