/** The zoom by buttons, for whoever has no mouse: halves and doubles the part of the axis that is shown, and moves it. */
import { axisColumns } from './series.js';

/** @typedef {{from: number, to: number}} Range on the axis, in its unit */

/**
 * From the first to the last place that any of the runs has.
 *
 * @returns {Range|null} null while no run has two places
 */
export function whole(answers, axis) {
  const ends = [...answers].flatMap(answer => {
    const places = (answer[axisColumns[axis]] ?? []).filter(place => place !== null);
    return places.length > 0 ? [places[0], places.at(-1)] : [];
  });
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return from < to ? { from, to } : null;
}

const unzoomed = { from: null, to: null };

/**
 * The zoom after a button.
 *
 * @param {Range} shown
 * @param {Range} all
 * @param {{times?: number, by?: number}} change the new width over the old one, and the way to the right in widths
 * @returns {Range|typeof unzoomed} no zoom at all where everything would be shown
 */
export function changed(shown, all, { times = 1, by = 0 }) {
  const width = (shown.to - shown.from) * times;
  if (width >= all.to - all.from) return unzoomed;
  const middle = (shown.from + shown.to) / 2 + by * width;
  const from = Math.min(Math.max(all.from, middle - width / 2), all.to - width);
  return { from, to: from + width };
}
