// Work that is done at most once a frame, however often it is asked for.
window.vton.framed = (work) => {
  let frame = 0;
  const ask = () => {
    frame = frame || requestAnimationFrame(() => {
      frame = 0;
      work();
    });
  };
  ask.drop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  /** What waits for the next frame is done at once. */
  ask.now = () => {
    if (!frame) return;
    ask.drop();
    work();
  };
  return ask;
};
