// What can be taken back and done again. States are whatever a hand changes; none is ever changed in place.
window.vton.undo = () => {
  const BURST = 700; // changes of one group within so many milliseconds are taken back together
  const MOST = 1000;
  let past = [];
  let future = [];
  let burst = "";
  let timer = 0;

  const rest = () => {
    clearTimeout(timer);
    burst = "";
  };
  const step = (from, to, now) => {
    if (!from.length) return undefined;
    rest();
    to.push(now);
    return from.pop();
  };
  return {
    /** ``before`` was there until now; changes of one ``group`` that follow each other are one. */
    push: (before, group = "") => {
      if (!group || group !== burst) past = [...past.slice(1 - MOST), before];
      future = [];
      rest();
      burst = group;
      timer = setTimeout(rest, BURST);
    },
    /** The state before ``now``, or after it; ``undefined`` where there is none. */
    back: (now) => step(past, future, now),
    again: (now) => step(future, past, now),
    clear: () => {
      [past, future] = [[], []];
      rest();
    },
    /** Change every state that is remembered. */
    rewrite: (change) => {
      [past, future] = [past.map(change), future.map(change)];
    },
    /** Let go of the states that are ``gone``. */
    forget: (gone) => {
      [past, future] = [past, future].map((states) => states.filter((state) => !gone(state)));
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
  };
};
