const { vton } = window;
const state = vton.newest(props);
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const LOSSY = ["jpeg", "webp"];
const NAMES = { png: "PNG", jpeg: "JPEG", webp: "WebP", tiff: "TIFF", ora: "OpenRaster" };
let shown = null;
let served = state.value.file ? state.value.file.stamp : 0;
let format = "png";

const formats = state.value.formats.map((name) => {
  const label = document.createElement("label");
  const radio = document.createElement("input");
  Object.assign(radio, { type: "radio", name: "format", value: name, checked: name === format });
  radio.addEventListener("change", () => {
    format = name;
    drawFormat();
  });
  label.append(radio, NAMES[name]);
  return label;
});
part("formats").append(...formats);
part("quality-range").addEventListener("input", () => drawFormat());
part("lossless").addEventListener("change", () => drawFormat());

const quality = () => part("quality-range").valueAsNumber;
for (const button of element.querySelectorAll("[data-save]")) {
  button.addEventListener("click", () => {
    const lossy = isLossy() ? { quality: quality() } : {};
    const what = button.dataset.save;
    wish("save", { what, number: shown, ...(what === "composite" ? { format, ...lossy } : {}) });
  });
}

const isLossy = () => LOSSY.includes(format) && !(format === "webp" && part("lossless").checked);
const drawFormat = () => {
  part("quality-row").hidden = !isLossy();
  part("lossless-row").hidden = format !== "webp";
  part("quality").textContent = vton.t("result.percent", { value: quality() });
  part("save").textContent = vton.t(state.value.saving ? "result.saving" : "result.save", { format: NAMES[format] });
  part("about-format").textContent = vton.t("result.about." + format);
};

vton.panel(element, watch, state, () => {
  const { composite, errors, figure, file, saving } = state.value;
  part("root").hidden = !composite && !figure && errors.length === 0;
  vton.showNotices(part("errors"), errors, "error", () => wish("dismiss", { place: "result" }));
  part("figure").hidden = part("saving").hidden = part("about-format").hidden = !composite;
  for (const button of element.querySelectorAll("[data-save]")) {
    const of = ["figure", "cutout"].includes(button.dataset.save) ? figure : composite;
    button.hidden = !of;
    button.disabled = saving;
  }
  element.querySelector('[data-save="composite"]').classList.toggle("busy", saving);
  drawFormat();
  part("about").textContent = composite
    ? vton.t("result.about", { width: composite.size[0], height: composite.size[1], when: vton.when(composite.created) })
    : vton.t("result.none");
  if (file && file.stamp !== served) {
    served = file.stamp;
    vton.download(file.url, file.name);
  }
  if (!composite) return;
  vton.setPicture(part("picture"), composite.url, vton.t("result.picture"));
  part("picture").width = composite.size[0];
  part("picture").height = composite.size[1];
  if (shown !== null && shown !== composite.number) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    part("root").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  }
  shown = composite.number;
});
if (shown === null) shown = 0;
