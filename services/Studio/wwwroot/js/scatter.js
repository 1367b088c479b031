/** A scatter of captions, one value against another: `figure.chart.scatter[data-source]`. */
import { loadPlotStyle } from './curves/style.js';
import { scatterPlot } from './scatter/plot.js';
import { addTooltip } from './scatter/tooltip.js';
import { throttle } from './throttle.js';

function message(className, text, retry) {
  const element = document.createElement('div');
  element.className = className;
  element.append(Object.assign(document.createElement('p'), { textContent: text }));
  if (retry) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button small', textContent: 'Retry' });
    button.addEventListener('click', retry);
    element.append(button);
  }
  return element;
}

class Scatter {
  constructor(figure) {
    this.area = figure.querySelector('.plot') ?? figure.appendChild(Object.assign(document.createElement('div'), { className: 'plot' }));
    this.source = figure.dataset.source;
    this.titles = { x: figure.dataset.x ?? 'x', y: figure.dataset.y ?? 'y' };
    this.title = figure.querySelector('figcaption')?.textContent.trim() ?? `${this.titles.y} against ${this.titles.x}`;
    this.drawn = null;
    this.points = [];
    this.tools = this.addTools();
    this.say(message('loading', 'loading'));
    this.load = throttle(2000, () => this.fetch());
    this.load();
  }

  /** A double click resets the zoom too, but where the points are dense it opens a caption. */
  addTools() {
    const tools = Object.assign(document.createElement('div'), { className: 'tools' });
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button small', textContent: 'Reset zoom' });
    button.addEventListener('click', () => this.drawn?.resetZoom());
    tools.append(button);
    this.area.before(tools);
    return tools;
  }

  size() {
    return { width: Math.max(160, this.area.clientWidth), height: this.area.clientHeight };
  }

  say(element) {
    this.drawn?.plot.destroy();
    this.drawn = null;
    this.tools.hidden = true;
    this.area.removeAttribute('role');
    this.area.removeAttribute('aria-label');
    this.area.replaceChildren(element);
  }

  async fetch() {
    try {
      const response = await fetch(this.source, { headers: { Accept: 'application/json' } });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      const { points } = await response.json();
      this.points = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
      this.draw();
    } catch (error) {
      // Points that are drawn stay: the next change asks again.
      const why = error instanceof TypeError ? 'the server could not be reached' : error.message;
      if (!this.drawn) this.say(message('error', `The points could not be fetched: ${why}.`, this.load));
    }
  }

  draw() {
    if (this.points.length === 0) {
      this.say(message('empty', 'no data yet'));
      return;
    }
    const columns = [this.points.map(({ x }) => x), this.points.map(({ y }) => y)];
    if (this.drawn) this.drawn.setPoints(columns);
    else this.build(columns);
    this.tools.hidden = false;
    this.area.setAttribute('role', 'img');
    const above = this.points.filter(({ x, y }) => y > x).length;
    const count = this.points.length;
    this.area.setAttribute('aria-label', `${this.title}: ${count} captions; ${this.titles.y} is above ${this.titles.x} for ${above} of them`);
  }

  build(columns) {
    this.area.replaceChildren();
    this.drawn = scatterPlot(this.area, this.titles, this.size(), columns);
    const describe = ({ x, y, version }) =>
      `${this.titles.x} ${x.toFixed(3)}, ${this.titles.y} ${y.toFixed(3)}${version === undefined ? '' : `, version ${version}`}`;
    addTooltip(this.drawn.plot.over, () => ({ places: this.drawn.places, points: this.points }), describe);
  }

  /** Draws anew in the colors that the style sheet has now. */
  rebuild() {
    if (!this.drawn) return;
    this.drawn.plot.destroy();
    this.drawn = null;
    this.draw();
  }
}

const started = new WeakSet();

/** Starts one figure; a replaced figure is another one. */
export function start(figure) {
  if (started.has(figure)) return;
  started.add(figure);
  loadPlotStyle();
  const scatter = new Scatter(figure);
  const listeners = new AbortController();
  const whileShown = action => event => (figure.isConnected ? action(event) : listeners.abort());
  const { signal } = listeners;

  new ResizeObserver(() => scatter.drawn?.plot.setSize(scatter.size())).observe(scatter.area);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', whileShown(() => scatter.rebuild()), { signal });
  const { stream } = figure.dataset;
  if (!stream) return;
  document.addEventListener('pipeline', whileShown(({ detail }) => {
    if (detail.stream === stream) scatter.load();
  }), { signal });
  document.addEventListener('pipeline-resumed', whileShown(() => scatter.load()), { signal });
}
