const { vton } = window;
const state = vton.newest(props);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const KINDS = ["cutout", "pose", "parse", "tryon"];
const CORRECT = { cutout: "cutout", pose: "joints", parse: "parts", tryon: "garment.points" }; // what is corrected by hand in a stage
let seen = null;
let creeping = 0;
let drawn = "";

const explain = () => {
  const message = { template: "The pictures or engines have changed since. Press Fit, then correct what comes out.", values: {} };
  vton.showNotices(part("notes"), [message], "note");
};
const cards = Object.fromEntries(
  KINDS.map((kind) => {
    const card = document.createElement("li");
    card.className = "stage-card";
    card.dataset.stage = kind;
    card.innerHTML =
      '<div class="frame"><img alt="" hidden><span class="wait" aria-hidden="true"></span></div>' +
      '<div class="caption"><b data-t="stage.' + kind + '"></b><span class="time"></span></div>';
    if (kind in CORRECT) {
      const edit = document.createElement("button");
      Object.assign(edit, { type: "button", className: "quiet edit" });
      edit.dataset.t = "stage.correct." + kind;
      edit.addEventListener("click", () => (state.value.made ? vton.correct(CORRECT[kind]) : explain()));
      card.append(edit);
    }
    return [kind, card];
  }),
);
// The try-on's picture has the cutout, in the same frame, before it: the range says how much of it is shown.
const before = document.createElement("span");
before.className = "before";
const compare = document.createElement("input");
Object.assign(compare, { type: "range", className: "compare", min: 0, max: 100, value: 0, hidden: true });
compare.dataset.tLabel = "stage.compare";
const caption = document.createElement("span");
Object.assign(caption, { className: "compared", hidden: true, ariaHidden: "true" }); // the range says it itself
caption.dataset.t = "stage.before";
const divide = () => {
  cards.tryon.style.setProperty("--before", compare.value + "%");
  compare.setAttribute("aria-valuetext", vton.t("stage.compared", { value: compare.value }));
};
compare.addEventListener("input", divide);
cards.tryon.querySelector(".frame").append(before);
cards.tryon.append(caption, compare);
const drawBefore = (stages) => {
  const [first, last] = ["cutout", "tryon"].map((kind) => stages.find((stage) => stage.kind === kind).url);
  compare.hidden = caption.hidden = before.hidden = !first || !last;
  before.style.backgroundImage = compare.hidden ? "" : "url(" + JSON.stringify(first) + ")";
  divide();
};

part("cards").append(...Object.values(cards));
part("cancel").addEventListener("click", () => {
  part("cancel").disabled = true;
  trigger("cancel", {});
});

const summary = (run) => {
  if (run.status === "running") return vton.say(run.message);
  if (run.status === "done" && !run.seconds) return vton.t("stages.opened");
  if (run.status === "done") return vton.t("stages.done", { time: vton.seconds(run.seconds) });
  return vton.t("stages." + run.status);
};

// A stage says only that it has begun and ended. In between the bar creeps towards the stage's end and never reaches it.
const advance = ({ fraction, ceiling, status }) => {
  const key = [fraction, ceiling, status].join();
  if (key === drawn) return;
  drawn = key;
  const { style } = part("bar");
  clearTimeout(creeping);
  style.transition = "";
  style.width = fraction * 100 + "%";
  if (status !== "running" || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  creeping = setTimeout(() => {
    style.transition = "width 15s cubic-bezier(0.1, 0.5, 0.3, 1)";
    style.width = (fraction + 0.9 * (ceiling - fraction)) * 100 + "%";
  }, 400);
};

vton.panel(element, watch, state, () => {
  const { run, errors, notes } = state.value;
  part("root").hidden = !run && errors.length === 0;
  vton.showNotices(part("errors"), errors, "error", () => trigger("dismiss", { place: "stages" }));
  vton.showNotices(part("notes"), notes, "note");
  if (!run) return;
  const running = run.status === "running";
  Object.assign(part("root").dataset, { run: run.id, status: run.status });
  part("summary").textContent = summary(run);
  part("cancel").hidden = !running;
  if (!running || seen !== run.id) part("cancel").disabled = false;
  const percent = Math.round(run.fraction * 100);
  part("progress").hidden = !running;
  part("progress").setAttribute("aria-valuenow", percent);
  part("progress").setAttribute("aria-valuetext", summary(run) + " " + percent + "%");
  advance(run);
  for (const stage of run.stages) {
    const card = cards[stage.kind];
    card.dataset.status = stage.status;
    vton.setPicture(card.querySelector("img"), stage.url, vton.t("stage." + stage.kind));
    if (stage.kind in CORRECT) card.querySelector(".edit").hidden = run.status !== "done";
    card.querySelector(".time").textContent =
      stage.edited && stage.status !== "running" ? vton.t("stage.edited") : stage.status === "kept" ? vton.t("stage.kept") : stage.seconds === null ? "" : vton.seconds(stage.seconds);
  }
  drawBefore(run.stages);
  // A run that began on this page comes into view once; one that a reload found stays where it is.
  if (running && seen !== run.id && seen !== null) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    part("root").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "nearest" });
  }
  seen = run.id;
});
if (seen === null) seen = "";
