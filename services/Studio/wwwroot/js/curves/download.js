/** Saves what a chart shows: its numbers as CSV, its picture as PNG with title and legend. */
import uPlot from '../../lib/uplot/uPlot.esm.js';
import { options } from './options.js';

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun once the click was handled; the address may go a little later.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const cell = text => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The rows within the zoom, a column for each line that is drawn; missing values are empty. */
export function csv(plot, series) {
  const { min, max } = plot.scales.x;
  const shown = [0, ...series.flatMap((each, index) => (each.shown ? [index + 1] : []))];
  const labels = [plot.series[0].label, ...series.map(({ label }) => label)];
  const rows = [shown.map(index => cell(labels[index]))];
  plot.data[0].forEach((x, row) => {
    if (x >= min && x <= max) rows.push(shown.map(index => plot.data[index][row] ?? ''));
  });
  return rows.map(row => row.join(',')).join('\r\n') + '\r\n';
}

export function saveCsv(plot, series, name) {
  save(new Blob([csv(plot, series)], { type: 'text/csv' }), `${name}.csv`);
}

/** Breaks the legend's entries into lines that are at most `width` wide. */
function flow(context, entries, width, sampleWidth, gap) {
  const rows = [[]];
  let x = 0;
  for (const { line, text } of entries) {
    const size = sampleWidth + context.measureText(text).width + gap;
    if (x > 0 && x + size > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push({ line, text, x });
    x += size;
  }
  return rows;
}

function drawSample(context, { color, dash }, x, y, length, scale) {
  context.strokeStyle = color;
  context.lineWidth = 2.5 * scale;
  context.setLineDash(dash.map(part => part * scale));
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + length, y);
  context.stroke();
}

/**
 * Draws the chart anew at twice its size, with its zoom.
 *
 * @param {object} chart as `options` takes it, and `data`, `range` (`{min, max}` of the axis), `title`
 * @param {{line: object, text: string}[]} entries of the legend
 */
export async function savePng(chart, entries, palette, name) {
  const scale = Math.max(1, 2 / devicePixelRatio);
  const plot = new uPlot(options(chart, palette, scale), chart.data, document.createElement('div'));
  plot.setScale('x', chart.range);
  // uPlot draws in a microtask.
  await new Promise(resolve => setTimeout(resolve));
  const drawn = plot.ctx.canvas;

  const unit = scale * devicePixelRatio;
  const [margin, row, sampleWidth] = [16 * unit, 18 * unit, 28 * unit];
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  const legendFont = `${12 * unit}px ${palette.font}`;
  context.font = legendFont;
  const rows = flow(context, entries, drawn.width, sampleWidth, 18 * unit);
  const top = margin + 24 * unit;
  canvas.width = drawn.width + 2 * margin;
  canvas.height = top + drawn.height + 8 * unit + rows.length * row + margin;

  context.fillStyle = palette.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = palette.ink;
  context.textBaseline = 'middle';
  context.font = `600 ${14 * unit}px ${palette.font}`;
  context.fillText(chart.title, margin, margin + 8 * unit);
  context.drawImage(drawn, margin, top);
  plot.destroy();

  context.font = legendFont;
  rows.forEach((entriesInRow, index) => {
    const y = top + drawn.height + 8 * unit + (index + 0.5) * row;
    for (const { line, text, x } of entriesInRow) {
      drawSample(context, line, margin + x, y, 20 * unit, unit);
      context.fillText(text, margin + x + sampleWidth, y);
    }
  });
  canvas.toBlob(blob => save(blob, `${name}.png`), 'image/png');
}
