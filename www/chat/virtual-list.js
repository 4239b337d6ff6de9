// A list of any length of which only the visible rows exist. The heights of rows are known without drawing them.

/** Rows above and below the visible ones, so that scrolling does not show a gap. */
const EXTRA_ROWS = 4;

export class VirtualList {
  #scroller;
  #list;
  #heightOf;
  #makeRow;
  /** @type {readonly string[]} */
  #keys = [];
  /** The top of each row, and the end of the last, in pixels. */
  #tops = new Float64Array(1);
  /** @type {Map<string, HTMLLIElement>} */
  #rows = new Map();
  #isScheduled = false;
  #hasNewHeights = false;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list
   * @param {{ heightOf: (key: string) => number, makeRow: (key: string) => HTMLLIElement }} rows the height in pixels
   */
  constructor(scroller, list, { heightOf, makeRow }) {
    this.#scroller = scroller;
    this.#list = list;
    this.#heightOf = heightOf;
    this.#makeRow = makeRow;
    scroller.addEventListener("scroll", () => this.#schedule(), { passive: true });
    new ResizeObserver(() => this.#schedule()).observe(scroller);
  }

  /**
   * Shows these keys in the next frame. What the rows of `changed` show is made anew.
   *
   * @param {readonly string[]} keys
   * @param {Iterable<string>} changed
   */
  show(keys, changed) {
    this.#keys = keys;
    for (const key of changed) {
      this.#rows.get(key)?.remove();
      this.#rows.delete(key);
    }
    this.#hasNewHeights = true;
    this.#schedule();
  }

  /** Removes all rows and scrolls to the top. */
  reset() {
    this.show([], [...this.#rows.keys()]);
    this.#scroller.scrollTop = 0;
  }

  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  #draw() {
    if (this.#hasNewHeights) this.#measure();
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, this.#rowAt(scrollTop) - EXTRA_ROWS);
    const end = Math.min(this.#keys.length, this.#rowAt(scrollTop + clientHeight) + 1 + EXTRA_ROWS);
    const visible = new Set(this.#keys.slice(first, end));
    for (const [key, row] of this.#rows) {
      // The focus stays where it is, also when its row is scrolled away.
      if (visible.has(key) || row.contains(document.activeElement)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    /** @type {Element | null} */
    let next = this.#list.firstElementChild;
    for (let at = first; at < end; at++) {
      const key = this.#keys[at];
      const row = this.#rows.get(key) ?? this.#makeRow(key);
      this.#rows.set(key, row);
      const top = `${this.#tops[at]}px`;
      if (row.style.top !== top) row.style.top = top;
      const height = `${this.#tops[at + 1] - this.#tops[at]}px`;
      if (row.style.height !== height) row.style.height = height;
      row.ariaPosInSet = String(at + 1);
      row.ariaSetSize = String(this.#keys.length);
      if (row === next) next = next.nextElementSibling;
      else this.#list.insertBefore(row, next);
    }
  }

  #measure() {
    this.#hasNewHeights = false;
    if (this.#tops.length <= this.#keys.length) this.#tops = new Float64Array(this.#keys.length * 2 + 1);
    let top = 0;
    for (let at = 0; at < this.#keys.length; at++) {
      this.#tops[at] = top;
      top += this.#heightOf(this.#keys[at]);
    }
    this.#tops[this.#keys.length] = top;
    this.#list.style.height = `${top}px`;
  }

  /** The index of the row at a distance from the top. @param {number} y */
  #rowAt(y) {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#tops[middle + 1] <= y) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
