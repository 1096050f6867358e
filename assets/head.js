const { vton } = window;
const state = vton.newest(props);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const buttons = [...element.querySelectorAll("[data-language]")];
for (const button of buttons) button.addEventListener("click", () => vton.setLanguage(button.dataset.language));
part("theme").addEventListener("click", () =>
  vton.setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
);
vton.panel(element, watch, state, () => {
  if (state.value.entered) vton.enter();
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.language === vton.language));
  vton.showNotices(part("errors"), state.value.errors, "error", () => trigger("dismiss", { place: "page" }));
});
