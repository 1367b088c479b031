/** The legend below a chart: a sample of each line with its name and its value, and the sentence that stands for the chart for those who do not see it. */
import { place, value } from './format.js';

const svg = 'http://www.w3.org/2000/svg';

function sample({ color, dash }) {
  const picture = document.createElementNS(svg, 'svg');
  const line = document.createElementNS(svg, 'line');
  const attributes = { x1: 1, y1: 5, x2: 21, y2: 5, stroke: color, 'stroke-width': 2.5, 'stroke-dasharray': dash.join(' ') };
  for (const [name, setting] of Object.entries(attributes)) line.setAttribute(name, setting);
  for (const [name, setting] of Object.entries({ width: 22, height: 10, 'aria-hidden': 'true' })) picture.setAttribute(name, setting);
  picture.append(line);
  return picture;
}

function span(className, text) {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}

/** Builds the entries of a legend once; `show` then only changes their text. */
export function buildLegend(element, lines) {
  const where = span('where', '');
  const values = lines.map(() => span('value', ''));
  const entries = lines.map((line, index) => {
    const entry = span('entry', '');
    entry.append(sample(line), span('name', line.label), values[index]);
    return entry;
  });
  element.replaceChildren(...entries, where);

  /** @param {string[]} texts the value of each line; @param {string} place where they are */
  return function show(texts, place) {
    texts.forEach((text, index) => {
      values[index].textContent = text;
    });
    where.textContent = place;
  };
}

/** "4.529 nats (raw 4.700)"; the raw value only for a smoothed line. */
export function reading(number, raw, { unit, digits }) {
  const measured = unit && number !== null ? `${value(number, digits)} ${unit}` : value(number, digits);
  return raw === undefined ? measured : `${measured} (raw ${value(raw, digits)})`;
}

/** The last place of a column that has a value, or -1. */
export const lastIndex = column => column.findLastIndex(number => number !== null && number !== undefined);

/** "KL to the reference: 0.12 at step 1, 4.3 at step 100". */
export function summary(title, lines, axis, digits) {
  const most = 6;
  const sentences = lines.slice(0, most).map(line => {
    const { x, mean } = line.columns;
    const first = mean.findIndex(number => number !== null);
    const ends = [...new Set([first, lastIndex(mean)])];
    const told = ends.map(index => `${value(mean[index], digits)} at ${place(x[index], axis)}`).join(', ');
    return lines.length > 1 ? `${line.label} ${told}` : told;
  });
  const more = lines.length > most ? `; and ${lines.length - most} more` : '';
  return `${title}: ${sentences.join('; ')}${more}`;
}
