/** One chart: a figure element, the plot in it, its legend and its buttons. */
import uPlot from '../../lib/uplot/uPlot.esm.js';
import { saveCsv, savePng } from './download.js';
import { place } from './format.js';
import { buildLegend, lastIndex, reading, summary } from './legend.js';
import { options } from './options.js';
import { layOut } from './series.js';

/** The extent of the axis's column; one point gets room on both sides, else it would have no place. */
function extent(xs) {
  const [min, max] = [xs[0], xs[xs.length - 1]];
  return min === max ? { min: min - 1, max: max + 1 } : { min, max };
}

function message(className, text) {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}

export class CurveChart {
  /**
   * @param {HTMLElement} figure
   * @param {{zoom: (from: number, to: number) => void, resetZoom: () => void}} actions on all charts of the page
   */
  constructor(figure, actions) {
    this.figure = figure;
    this.actions = actions;
    this.names = figure.dataset.figures.split(',').map(name => name.trim());
    this.kind = figure.dataset.kind === 'evaluations' ? 'evaluations' : 'figures';
    this.unit = figure.dataset.unit ?? '';
    this.digits = Number(figure.dataset.digits ?? 3);
    this.title = figure.querySelector('figcaption').textContent.trim();
    this.fileName = (figure.dataset.name || this.title).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
    this.area = figure.querySelector('.plot');
    this.legend = figure.querySelector('.legend');
    this.plot = null;
    this.tools = this.addTools();
    this.showMessage('loading', 'loading');
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.area);
  }

  size() {
    return { width: Math.max(160, this.area.clientWidth), height: this.area.clientHeight };
  }

  addTools() {
    const tools = document.createElement('div');
    tools.className = 'tools';
    const add = (text, label, action) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button small';
      button.textContent = text;
      button.setAttribute('aria-label', `${this.title}: ${label}`);
      button.addEventListener('click', action);
      tools.append(button);
    };
    add('CSV', 'save the numbers as CSV', () => saveCsv(this.plot, this.series, this.fileName));
    add('PNG', 'save the picture as PNG', () => this.savePicture());
    this.area.before(tools);
    return tools;
  }

  /** Shows a sentence in the plot's place: while loading, when there is no data, when it could not be fetched. */
  showMessage(className, text) {
    this.plot?.destroy();
    this.plot = null;
    this.tools.hidden = true;
    this.area.removeAttribute('role');
    this.area.removeAttribute('aria-label');
    this.area.replaceChildren(message(className, text));
    this.legend.replaceChildren();
  }

  /** Draws the lines, as `layOut` takes them. Only the numbers are exchanged where they alone differ from the last time. */
  show(lines, view, palette) {
    const { data, series, key } = layOut(lines, view);
    this.lines = lines;
    this.series = series;
    this.view = view;
    this.palette = palette;
    this.range = view.from === null ? extent(data[0]) : { min: view.from, max: view.to };
    if (!this.plot || this.key !== key || this.drawnWith !== palette) this.build(data);
    else this.plot.setData(data, false);
    this.key = key;
    this.drawnWith = palette;
    this.plot.setScale('x', this.range);
    this.area.setAttribute('role', 'img');
    this.area.setAttribute('aria-label', summary(this.title, lines, view.axis, this.digits));
    this.tools.hidden = false;
    this.updateLegend();
  }

  description() {
    return { series: this.series, axis: this.view.axis, unit: this.unit, alwaysPoints: this.kind === 'evaluations', ...this.size() };
  }

  build(data) {
    this.plot?.destroy();
    this.plot = null;
    this.area.replaceChildren();
    const column = (line, role) => this.series.findIndex(each => each.line === line && each.role === role) + 1;
    this.columns = this.lines.map(line => ({ main: column(line, 'main'), raw: column(line, 'raw') }));
    this.writeLegend = buildLegend(this.legend, this.lines);
    this.plot = new uPlot({
      ...options(this.description(), this.palette),
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        // Charts share the place of the cursor only; the zoom is shared by the page, for it is in the address too.
        sync: { key: 'curves', scales: ['x', null], filters: { pub: type => type === 'mousemove' || type === 'mouseleave' } },
        bind: { dblclick: () => () => this.actions.resetZoom() },
      },
      hooks: { setCursor: [() => this.updateLegend()], setSelect: [plot => this.zoomToSelection(plot)] },
    }, data, this.area);
  }

  zoomToSelection(plot) {
    const { left, width } = plot.select;
    if (width < 4) return;
    const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.actions.zoom(from, to);
  }

  /** The values at the cursor, in words, and where that is; the newest of each line when there is no cursor. */
  readings() {
    const { data, cursor } = this.plot;
    const hovered = cursor.idx !== null && cursor.idx !== undefined && cursor.left >= 0;
    const indexes = this.columns.map(({ main }) => (hovered ? cursor.idxs[main] : lastIndex(data[main])));
    const texts = this.columns.map(({ main, raw }, line) => {
      const at = column => data[column][indexes[line]] ?? null;
      return reading(at(main), raw > 0 ? at(raw) : undefined, this);
    });
    if (hovered) return { texts, where: place(data[0][cursor.idx], this.view.axis) };
    // Runs end at different places; one place would be wrong for some of them.
    const same = indexes.every(index => index === indexes[0]);
    return { texts, where: same ? `newest, ${place(data[0][indexes[0]], this.view.axis)}` : 'newest' };
  }

  updateLegend() {
    // uPlot sets its cursor while it is being built too.
    if (!this.plot) return;
    const { texts, where } = this.readings();
    this.writeLegend(texts, where);
  }

  savePicture() {
    const { texts } = this.readings();
    const entries = this.lines.map((line, index) => ({ line, text: `${line.label}  ${texts[index]}` }));
    const chart = { ...this.description(), data: this.plot.data, range: this.range, title: this.title };
    return savePng(chart, entries, this.palette, this.fileName);
  }
}
