// Whether you are at this tab. You are away while it is hidden, and after a time without a key or a pointer.

/** Without activity for this long you are away, in milliseconds. */
const IDLE_TIME = 5 * 60_000;

/** @param {(isAway: boolean) => void} onChange called when it changes */
export function watchActivity(onChange) {
  let isAway = false;
  let timer = 0;

  function update(isIdle = false) {
    clearTimeout(timer);
    if (!document.hidden && !isIdle) timer = window.setTimeout(() => update(true), IDLE_TIME);
    const now = document.hidden || isIdle;
    if (now === isAway) return;
    isAway = now;
    onChange(isAway);
  }

  document.addEventListener("visibilitychange", () => update());
  for (const event of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    addEventListener(event, () => update(), { passive: true, capture: true });
  }
  update();
}
