const { vton } = window;
const part = (name) => element.querySelector('[data-part="' + name + '"]');
let shown = null;
let served = props.value.file ? props.value.file.stamp : 0;

for (const button of element.querySelectorAll("[data-save]")) {
  button.addEventListener("click", () => trigger("save", { what: button.dataset.save, number: shown }));
}

vton.panel(element, watch, () => {
  const { composite, errors, figure, file } = props.value;
  part("root").hidden = !composite && !figure && errors.length === 0;
  vton.showNotices(part("errors"), errors, "error", () => trigger("dismiss", { place: "result" }));
  part("figure").hidden = !composite;
  element.querySelector('[data-save="composite"]').hidden = !composite;
  for (const what of ["figure", "cutout"]) element.querySelector('[data-save="' + what + '"]').hidden = !figure;
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
