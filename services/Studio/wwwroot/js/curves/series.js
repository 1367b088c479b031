/** From the answers of the API to the columns that a chart draws. No document, no chart: plain arrays in and out. */
import uPlot from '../../lib/uplot/uPlot.esm.js';

/**
 * Exponential smoothing with bias correction, as TensorBoard's: the early values are not drawn toward zero. Missing values stay missing and do
 * not count.
 *
 * @param {(number|null)[]} values
 * @param {number} weight of the past, 0 to 0.99
 */
export function smooth(values, weight) {
  if (weight <= 0) return values;
  let last = 0;
  let correction = 1;
  return values.map(value => {
    if (value === null) return null;
    last = weight * last + (1 - weight) * value;
    correction *= weight;
    return last / (1 - correction);
  });
}

export const axisColumns = { step: 'steps', captions: 'captions', time: 'seconds' };

/**
 * The columns of one figure or evaluation of a run, without the points whose place on the axis is not known.
 *
 * @returns {{x: number[], mean: (number|null)[], min: (number|null)[]|null, max: (number|null)[]|null}|null} null when the run has none
 */
export function columns(answer, kind, name, axis) {
  const evaluation = kind === 'evaluations';
  const found = evaluation ? answer.evaluations?.[name] : answer.figures?.[name];
  if (!found) return null;
  const places = (evaluation ? found : answer)[axisColumns[axis]] ?? [];
  const means = evaluation ? found.values : found.mean;
  const kept = [];
  for (let index = 0; index < places.length; index++) if (places[index] !== null) kept.push(index);
  const mean = kept.map(index => means[index] ?? null);
  if (mean.every(value => value === null)) return null;

  // A point that is one step has no range of its own: its value is both ends.
  const end = values => (values ? kept.map((index, at) => values[index] ?? mean[at]) : null);
  return { x: kept.map(index => places[index]), mean, min: end(found.min), max: end(found.max) };
}

/**
 * Lays out the columns of all lines of a chart on one axis.
 *
 * @param {object[]} lines each with `key`, `label`, `columns`, `color`, `dash`, `smooth` (whether it is smoothed)
 * @param {import('./state.js').View} view
 * @returns {{data: any[][], series: {role: 'raw'|'min'|'max'|'main', label: string, line: object, shown: boolean}[], key: string}} `series[i]` describes
 *   `data[i + 1]`; charts with the same key differ in numbers only
 */
export function layOut(lines, view) {
  const series = [];
  const tables = lines.map(line => {
    const { x, mean, min, max } = line.columns;
    const table = [x];
    const add = (role, label, values, shown = true) => {
      series.push({ role, label, line, shown });
      table.push(values);
    };
    if (view.band && min && max) {
      add('max', `${line.label} max`, max);
      add('min', `${line.label} min`, min);
    }
    const weight = line.smooth ? view.smooth : 0;
    // The legend tells the raw value even where its line is not drawn.
    if (weight > 0) add('raw', `${line.label} raw`, mean, view.raw);
    add('main', weight > 0 ? `${line.label} smoothed ${weight}` : line.label, smooth(mean, weight));
    return table;
  });
  const key = JSON.stringify([view.axis, series.map(({ role, line, shown }) => [role, shown, line.key, line.color, line.dash])]);
  return { data: tables.length > 0 ? uPlot.join(tables) : [[]], series, key };
}
