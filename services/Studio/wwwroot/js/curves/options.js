/** How a chart is drawn, for uPlot. Everything scales, so that a picture for a file is drawn anew at its size rather than enlarged. */
import { axisTitles, duration } from './format.js';
import { faint } from './palette.js';

const durationSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];

/** 1, 2, 5, 10, ... 5e9: there is no half a step and no half a caption. */
const wholeSteps = Array.from({ length: 30 }, (_, index) => [1, 2, 5][index % 3] * 10 ** Math.floor(index / 3));

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });
const shortCount = count => (count < 100000 ? count.toLocaleString('en-US') : compact.format(count));

/** Numbers beside the axis, all with the decimals that the distance between two of them needs; very small ones with an exponent. */
function shortValues(splits, distance) {
  if (distance < 1e-4) return splits.map(split => (Math.abs(split) < distance / 2 ? '0' : split.toExponential(1)));
  if (distance >= 10000) return splits.map(split => compact.format(split));
  const decimals = Math.min(4, Math.max(0, Math.ceil(-Math.log10(distance))));
  return splits.map(split => split.toFixed(decimals));
}

/** The y axis is as wide as its widest number, so that short numbers leave the plot the room. */
function labelWidth(chart, values, font, scale) {
  if (!values) return 40 * scale;
  chart.ctx.save();
  chart.ctx.font = font;
  const widest = Math.max(...values.map(text => chart.ctx.measureText(text).width));
  chart.ctx.restore();
  return Math.ceil(widest) + 12 * scale;
}

function drawnSeries({ role, line, shown }, scale, alwaysPoints) {
  if (role === 'min' || role === 'max') return { class: 'helper', stroke: 'transparent', width: 0, points: { show: false } };
  if (role === 'raw') return { class: 'helper', stroke: faint(line.color, 0.3), width: scale, points: { show: false }, show: shown };
  return {
    stroke: line.color,
    width: 1.75 * scale,
    dash: line.dash.map(length => length * scale),
    points: { ...(alwaysPoints && { show: true }), size: 5 * scale, width: scale, fill: line.color },
  };
}

/** The bands between each `max` and the `min` that follows it. */
function bands(series) {
  return series.flatMap(({ role, line }, index) =>
    role === 'max' ? [{ series: [index + 1, index + 2], fill: faint(line.color, 0.14) }] : []);
}

/**
 * @param {object} chart
 * @param {object[]} chart.series as laid out by `layOut`
 * @param {string} chart.axis
 * @param {string} chart.unit of the values
 * @param {boolean} chart.alwaysPoints whether each value has a dot: evaluations are few
 * @param {number} chart.width in CSS pixels, before scaling
 * @param {number} chart.height
 * @param {object} palette
 * @param {number} scale 1 on the page, 2 for a file
 */
export function options({ series, axis, unit, alwaysPoints, width, height }, palette, scale = 1) {
  const font = `${11 * scale}px ${palette.font}`;
  const line = { stroke: palette.grid, width: scale };
  const common = { stroke: palette.muted, font, labelFont: font, grid: line, ticks: { ...line, size: 4 * scale }, gap: 4 * scale };
  const labelled = label => ({ label, labelSize: 16 * scale, labelGap: 0 });
  return {
    width: width * scale,
    height: height * scale,
    padding: [8 * scale, 24 * scale, 0, 0],
    legend: { show: false },
    scales: { x: { time: false, range: (chart, low, high) => [low, high] } },
    series: [{ label: axisTitles[axis] }, ...series.map(each => drawnSeries(each, scale, alwaysPoints))],
    bands: bands(series),
    axes: [
      {
        ...common,
        ...labelled(axisTitles[axis]),
        size: 24 * scale,
        space: 60 * scale,
        incrs: axis === 'time' ? durationSteps : wholeSteps,
        values: (chart, splits) => splits.map(axis === 'time' ? duration : shortCount),
      },
      {
        ...common,
        ...(unit && labelled(unit)),
        values: (chart, splits, index, space, distance) => shortValues(splits, distance),
        size: (chart, values) => labelWidth(chart, values, font, scale),
        space: 32 * scale,
      },
    ],
  };
}
