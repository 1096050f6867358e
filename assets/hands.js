// What a pinch, a wheel and keys say, wherever a picture is worked on.
Object.assign(window.vton, {
  /** Two fingers: the place between them, how far apart they are, and the slope from one to the other in degrees. */
  pinch: ([a, b]) => {
    const [x, y] = [b[0] - a[0], b[1] - a[1]];
    return {
      middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
      apart: Math.max(1, Math.hypot(x, y)),
      slope: (Math.atan2(y, x) * 180) / Math.PI,
    };
  },

  /** Hear the wheel over a pane, in pixels of at most 100, where ``ready``. Until the pane was clicked, the wheel scrolls
   * the page, as everywhere. */
  onWheel: (pane, ready, turned) =>
    pane.addEventListener(
      "wheel",
      (event) => {
        if (!ready() || !(pane.contains(document.activeElement) || event.ctrlKey)) return;
        event.preventDefault();
        turned(Math.max(-100, Math.min(100, event.deltaY * (event.deltaMode === 1 ? 33 : 1))), event);
      },
      { passive: false },
    ),

  /** Where an arrow key points, ten times as far with Shift; nothing for another key. */
  arrow: (event) => {
    const step = event.shiftKey ? 10 : 1;
    const steps = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    return event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
  },

  /** ``"undo"`` or ``"redo"``, where the keys say so. */
  undoKey: (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return undefined;
    const key = event.key.toLowerCase();
    if (key === "z") return event.shiftKey ? "redo" : "undo";
    return key === "y" ? "redo" : undefined;
  },
});
