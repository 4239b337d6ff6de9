// Keeps a scrolled list at its end while its end is seen, as new entries come.

/** How far from the end it still counts as seen, in pixels. */
const NEAR = 40;

/**
 * @param {HTMLElement} scroller
 * @returns {{ grown: () => void, opened: () => void }} to be called when the list has grown, and when it is another list
 */
export function stayAtEnd(scroller) {
  let isAtEnd = true;
  const grown = () => {
    if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
  };
  const opened = () => {
    isAtEnd = true;
    grown();
  };
  scroller.addEventListener("scroll", () => {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  });
  new ResizeObserver(grown).observe(scroller);
  return { grown, opened };
}
