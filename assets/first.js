// Before Gradio's own script. Its first sign that it loads asks for a frame at every frame, for ever, also when it is gone:
// no more come to it once there is a panel, and a page that waits for its visitor takes hardly any time.
(() => {
  const ask = window.requestAnimationFrame.bind(window);
  const begun = () => document.querySelector(".vton");
  window.requestAnimationFrame = (draw) => {
    const sign = !begun() && new Error().stack.includes("statustracker");
    return ask(sign ? (time) => begun() || draw(time) : draw);
  };
})();
