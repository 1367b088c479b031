/** The plot of a scatter: the points, the diagonal, and where each point lies on the screen. */
import uPlot from '../../lib/uplot/uPlot.esm.js';
import { faint, readPalette } from '../curves/palette.js';

const radius = 3;

/** Draws each point by itself, so that many in one place are darker than one. */
function drawPoints(plot, places, color) {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.fillStyle = color;
  for (let index = 0; index < places.x.length; index++) {
    ctx.beginPath();
    ctx.arc(left + places.x[index] * devicePixelRatio, top + places.y[index] * devicePixelRatio, radius * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

/** The line where the new value is the old one, as far as both axes show it. */
function drawDiagonal(plot, color) {
  const { x, y } = plot.scales;
  const [from, to] = [Math.max(x.min, y.min), Math.min(x.max, y.max)];
  if (!(from < to)) return;
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(plot.valToPos(from, 'x', true), plot.valToPos(from, 'y', true));
  ctx.lineTo(plot.valToPos(to, 'x', true), plot.valToPos(to, 'y', true));
  ctx.stroke();
  ctx.restore();
}

/**
 * @param {HTMLElement} area
 * @param {{x: string, y: string}} titles of the axes
 * @param {{width: number, height: number}} size in CSS pixels
 * @param {[number[], number[]]} columns
 * @returns {{plot: uPlot, places: {x: number[], y: number[]}, setPoints: (columns: [number[], number[]]) => void, resetZoom: () => void}}
 *   the places are in CSS pixels within `plot.over`, renewed by every draw; `setPoints` keeps a zoom
 */
export function scatterPlot(area, titles, size, columns) {
  const palette = readPalette();
  const places = { x: [], y: [] };
  const font = `11px ${palette.font}`;
  const line = { stroke: palette.grid, width: 1 };
  const axis = label => ({ stroke: palette.muted, font, labelFont: font, label, labelSize: 18, grid: line, ticks: { ...line, size: 4 } });
  const draw = plot => {
    const [xs, ys] = plot.data[1];
    places.x = xs.map(x => plot.valToPos(x, 'x'));
    places.y = ys.map(y => plot.valToPos(y, 'y'));
    // The more points, the fainter each, so that the dense places stay apart from the crowded ones.
    drawPoints(plot, places, faint(palette.series[0], Math.min(0.6, Math.max(0.12, 600 / xs.length))));
    drawDiagonal(plot, palette.ink);
    return null;
  };
  let zoomed = false;
  const plot = new uPlot({
    mode: 2,
    ...size,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    // The tooltip finds its point by itself: uPlot looks along one axis only.
    cursor: { points: { show: false }, dataIdx: () => null, drag: { x: true, y: true, uni: 40 } },
    scales: { x: { time: false }, y: {} },
    axes: [{ ...axis(titles.x), size: 28 }, { ...axis(titles.y), size: 46 }],
    series: [{}, { facets: [{ scale: 'x', auto: true }, { scale: 'y', auto: true }], paths: draw, points: { show: false } }],
    hooks: {
      setSelect: [({ select }) => {
        zoomed ||= select.width > 0 && select.height > 0;
      }],
    },
  }, [null, columns], area);
  const resetZoom = () => {
    zoomed = false;
    plot.setData(plot.data);
  };
  plot.over.addEventListener('dblclick', resetZoom);
  const setPoints = next => {
    const { x, y } = plot.scales;
    const [horizontal, vertical] = [{ min: x.min, max: x.max }, { min: y.min, max: y.max }];
    plot.setData([null, next], !zoomed);
    // Both together: an x that is set by itself sets y free again.
    if (zoomed) plot.batch(() => {
      plot.setScale('x', horizontal);
      plot.setScale('y', vertical);
    });
  };
  return { plot, places, setPoints, resetZoom };
}
