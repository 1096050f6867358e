const { vton } = window;
const state = vton.newest(props);
const wish = vton.wisher(trigger);
const part = (name) => element.querySelector('[data-part="' + name + '"]');
const SLOTS = ["model", "garment", "second", "background"];
let more = false; // the slot for a second garment was asked for
const sending = new Set(); // slots whose picture is on its way to the server
const wrong = {}; // sentences of the browser's own: too large, not a picture
let asked = false; // Fit was pressed and the server has not answered yet

const slotMarkup = (name) => {
  const slot = document.createElement("div");
  slot.className = "slot";
  slot.dataset.slot = name;
  slot.innerHTML =
    '<h3 id="slot-' + name + '" data-t="slot.' + name + '"></h3>' +
    '<label class="drop" data-drop>' +
    '<input type="file" accept="image/*" class="unseen" data-t-label="slot.' + name + '.choose">' +
    '<img alt="" hidden>' +
    '<span class="invite"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M5 15.5V18a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 18v-2.5" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>' +
    '<b data-t="slot.invite"></b><i data-t="slot.' + name + '.hint"></i></span>' +
    '<span class="sending" hidden data-t="slot.sending"></span>' +
    '<span class="change" data-t="slot.change"></span></label>' +
    '<p class="file-name"><span class="name"></span><span class="size"></span>' +
    '<button type="button" class="turn" data-t-label="slot.' + name + '.turn"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M18.5 8.5A7.5 7.5 0 1 0 19.5 13M19 3.5v5h-5" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></svg></button></p><div class="errors"></div>' +
    '<div class="samples" role="group" data-t-label="slot.samples"></div>';
  return slot;
};

/** Send a file for a slot, or a project, and tell the server with ``tell``. */
const send = async (name, file, limit, tell) => {
  if (!file || sending.has(name)) return;
  delete wrong[name];
  if (file.size > limit * 1048576) {
    wrong[name] = { template: "The file is larger than {limit} MB. Choose a smaller one.", values: { limit } };
    draw();
    return;
  }
  sending.add(name);
  draw();
  try {
    tell((await upload(file)).path);
  } catch {
    sending.delete(name);
    wrong[name] = { template: "The file could not be sent. Check that the page is still connected, and try again.", values: {} };
    draw();
  }
};
const choose = (slot, file) =>
  send(slot, file, state.value.limit, (path) => wish("choose", { slot, path, name: file.name }));

const slots = Object.fromEntries(SLOTS.map((name) => [name, slotMarkup(name)]));
part("slots").append(...SLOTS.filter((name) => name !== "second").map((name) => slots[name]));
const button = (slot, key, work) => {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "quiet more" });
  made.dataset.t = key;
  made.addEventListener("click", work);
  slots[slot].append(made);
  return made;
};
const adds = button("garment", "slot.second.add", () => {
  more = true;
  draw();
  slots.second.querySelector("input").focus();
});
button("second", "slot.second.remove", () => {
  more = false;
  if (state.value.slots.second) wish("clear", { slot: "second" });
  draw();
  adds.focus();
});
for (const name of SLOTS) {
  slots[name].querySelector(".turn").addEventListener("click", () => {
    if (sending.has(name)) return;
    delete wrong[name];
    sending.add(name);
    draw();
    wish("turn", { slot: name });
  });
  const drop = slots[name].querySelector(".drop");
  const input = drop.querySelector("input");
  input.addEventListener("change", () => {
    choose(name, input.files[0]);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("aimed");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("aimed"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("aimed");
    choose(name, event.dataTransfer.files[0]);
  });
}

const example = (slot, id) => {
  for (const name of slot ? [slot] : SLOTS) delete wrong[name];
  wish("example", { slot, id });
};
part("all").addEventListener("click", () => example(null, null));
part("open").addEventListener("click", () => part("project").click());
part("project").addEventListener("change", (event) => {
  const [file] = event.target.files;
  send("project", file, state.value.projects.limit, (path) => wish("open", { path }));
  event.target.value = "";
});
part("fit").addEventListener("click", () => {
  if (asked) return;
  asked = true;
  setTimeout(() => {
    asked = false;
    draw();
  }, 2000);
  draw();
  wish("fit", {});
});

const drawSamples = (name) => {
  const place = slots[name].querySelector(".samples");
  const list = state.value.examples[name === "second" ? "garment" : name];
  const key = vton.language + JSON.stringify(list);
  if (place.dataset.shown !== key) {
    place.dataset.shown = key;
    place.replaceChildren(
      ...list.map(({ id, url }, index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.example = id;
        button.setAttribute("aria-label", vton.t("slot.sample", { name: vton.t("slot." + name), number: index + 1 }));
        const image = document.createElement("img");
        image.src = url;
        image.alt = "";
        button.append(image);
        button.addEventListener("click", () => example(name, id));
        return button;
      }),
    );
  }
  const chosen = state.value.slots[name];
  for (const button of place.children) {
    button.setAttribute("aria-pressed", String(Boolean(chosen) && chosen.example === button.dataset.example));
  }
};

const drawSlot = (name) => {
  const chosen = state.value.slots[name];
  const slot = slots[name];
  const busy = sending.has(name);
  slot.classList.toggle("filled", Boolean(chosen));
  slot.classList.toggle("busy", busy);
  vton.setPicture(slot.querySelector(".drop img"), chosen && chosen.url, vton.t("slot." + name));
  slot.querySelector(".sending").hidden = !busy;
  slot.querySelector(".turn").hidden = !chosen;
  slot.querySelector(".turn").disabled = busy;
  const [width, height] = chosen ? chosen.size : [];
  slot.querySelector(".name").textContent = chosen ? chosen.name : "";
  slot.querySelector(".size").textContent = chosen ? vton.t("slot.size", { width, height }) : "";
  const errors = wrong[name] ? [wrong[name]] : state.value.errors[name];
  vton.showNotices(slot.querySelector(".errors"), errors, "error", () => {
    delete wrong[name];
    wish("dismiss", { place: name });
  });
  drawSamples(name);
};

const draw = () => {
  const two = more || Boolean(state.value.slots.second);
  adds.hidden = two;
  if (!two) slots.second.remove();
  else if (!slots.second.isConnected) {
    slots.garment.after(slots.second);
    vton.translate(slots.second);
  }
  for (const name of SLOTS) drawSlot(name);
  const { running, ready, fresh, slots: chosen, projects } = state.value;
  const opening = projects.opening || sending.has("project");
  const said = wrong.project ? [wrong.project] : projects.errors;
  vton.showNotices(part("project-errors"), said, "error", () => {
    delete wrong.project;
    wish("dismiss", { place: "project" });
  });
  part("open").disabled = opening || running;
  part("open").classList.toggle("busy", opening);
  part("open-label").textContent = vton.t(opening ? "inputs.opening" : "inputs.open");
  part("fit").disabled = !ready || fresh || running || asked || opening || sending.size > 0;
  part("fit").classList.toggle("busy", running || asked);
  part("fit-label").textContent = vton.t(running || asked ? "fit.running" : "fit");
  const missing = ["model", "garment"].filter((name) => !chosen[name]);
  part("hint").textContent = missing.length
    ? vton.t("fit.missing." + missing.join("."))
    : fresh && !running
      ? vton.t("fit.fresh")
      : "";
};

let stamps = {};
let opened = 0; // how many projects the server was asked to open
vton.panel(element, watch, state, () => {
  // An answer about a slot ends its sending, be it a picture or a sentence.
  for (const name of SLOTS) {
    if (stamps[name] !== state.value.stamps[name]) sending.delete(name);
  }
  stamps = state.value.stamps;
  const { stamp, errors } = state.value.projects;
  if (stamp !== opened || errors.length) sending.delete("project");
  opened = stamp;
  if (state.value.running) asked = false;
  draw();
});
