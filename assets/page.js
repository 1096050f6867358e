// What every panel shares: words, dates, small pieces of markup. Runs once, before any panel.
window.vton = (() => {
  const catalogue = window.vtonCatalogue;
  const languages = Object.keys(catalogue);
  const listeners = new Set();
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // a browser that keeps nothing: the page works, it only forgets
    }
  };
  const write = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      /* see read */
    }
  };

  const preferred = () => {
    const wanted = [read("vton-language"), ...(navigator.languages || [navigator.language])];
    const short = wanted.filter(Boolean).map((name) => name.slice(0, 2).toLowerCase());
    return short.find((name) => languages.includes(name)) || "en";
  };
  let language = preferred();

  const fill = (text, values = {}) =>
    text.replace(/\{(\w+)[^}]*\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  const t = (key, values) => fill(catalogue[language].page[key] ?? catalogue.en.page[key] ?? key, values);
  // A sentence of the server: its English template is the key.
  const say = (message) =>
    fill(catalogue[language].sentences[message.template] ?? message.template, message.values || {});

  const translate = (root) => {
    for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
    for (const node of root.querySelectorAll("[data-t-label]")) {
      node.setAttribute("aria-label", t(node.dataset.tLabel));
      if (node.matches("button")) node.title = t(node.dataset.tLabel);
    }
  };
  const setLanguage = (name) => {
    language = name;
    write("vton-language", name);
    document.documentElement.lang = name;
    document.title = t("title");
    for (const listener of listeners) listener();
  };

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const setTheme = (name) => {
    const theme = name || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    if (name) write("vton-theme", name);
  };
  dark.addEventListener("change", () => read("vton-theme") || setTheme());
  setTheme(read("vton-theme"));
  setLanguage(language);

  /** What the server has said last of a panel. Answers overtake one another on their way: one that is older than what
   * was taken before is let go. */
  const newest = (props) => {
    let revision = -1;
    let value = null;
    const take = () => {
      const said = props.value;
      if (said.revision <= revision) return false;
      revision = said.revision;
      value = JSON.parse(JSON.stringify(said)); // what lies in props is written over
      return true;
    };
    take();
    return {
      take,
      get value() {
        return value;
      },
    };
  };

  /** A panel: draws itself now, when there is something newer to show and when the language changes. */
  const panel = (element, watch, state, draw) => {
    const redraw = () => {
      translate(element);
      draw();
    };
    listeners.add(redraw);
    watch("value", () => state.take() && redraw());
    redraw();
  };

  // What is wished before the server has said whose page this is waits for that.
  let entered = false;
  const waiting = [];
  const enter = () => {
    entered = true;
    for (const wish of waiting.splice(0)) wish();
  };
  // What is still to be told goes before any other wish.
  const firsts = new Set();
  const before = (work) => firsts.add(work);
  const wisher = (trigger) => (name, data) => {
    for (const work of firsts) work();
    const wish = () => trigger(name, data);
    if (entered) wish();
    else waiting.push(() => setTimeout(wish));
  };

  const notice = (message, kind, onDismiss) => {
    const box = document.createElement("div");
    box.className = "notice " + kind;
    box.setAttribute("role", kind === "error" ? "alert" : "status");
    const text = document.createElement("p");
    text.textContent = say(message);
    box.append(text);
    if (onDismiss) {
      const close = document.createElement("button");
      close.type = "button";
      close.className = "close";
      close.setAttribute("aria-label", t("dismiss"));
      close.textContent = "\u00d7";
      close.addEventListener("click", () => {
        box.remove();
        onDismiss();
      });
      box.append(close);
    }
    return box;
  };

  /** Put ``messages`` into ``place`` unless they stand there already, so that a reader hears each once. */
  const showNotices = (place, messages, kind, onDismiss) => {
    const key = language + JSON.stringify(messages);
    if (place.dataset.shown === key) return;
    place.dataset.shown = key;
    place.replaceChildren(...messages.map((message) => notice(message, kind, onDismiss)));
  };

  const setPicture = (image, url, description) => {
    image.alt = description;
    if (url && image.getAttribute("src") !== url) image.src = url;
    if (!url) image.removeAttribute("src");
    image.hidden = !url;
  };

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const loaded = (url) =>
    new Promise((done, fail) => {
      const image = new Image();
      image.onload = () => done(image);
      image.onerror = fail;
      image.src = url;
    });

  const seconds = (value) => t("seconds", { value: value < 9.95 ? value.toFixed(1) : Math.round(value) });
  const when = (stamp) =>
    new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(stamp * 1000));

  const download = (url, name) => {
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  };
  const downloadText = (text, name) => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    download(url, name);
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  return {
    before,
    copyText,
    download,
    downloadText,
    enter,
    languages,
    loaded,
    newest,
    notice,
    panel,
    read,
    same,
    say,
    seconds,
    setLanguage,
    setPicture,
    setTheme,
    showNotices,
    t,
    translate,
    when,
    wisher,
    write,
    get language() {
      return language;
    },
  };
})();
