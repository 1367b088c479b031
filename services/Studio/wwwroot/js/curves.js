/** Live curves of one or several runs: the section `#curves` with its controls and charts. */
import { CurveChart } from './curves/chart.js';
import { RunData } from './curves/data.js';
import { keepTheRest } from './curves/keep.js';
import { look, readPalette } from './curves/palette.js';
import { columns } from './curves/series.js';
import { read, write } from './curves/state.js';
import { loadPlotStyle } from './curves/style.js';
import { changed, whole } from './curves/zoom.js';
import { throttle } from './throttle.js';

const control = id => document.getElementById(id);

function controlDefaults() {
  return {
    smooth: Number(control('smooth')?.value ?? 0),
    raw: control('raw')?.checked ?? true,
    band: control('band')?.checked ?? true,
    axis: control('axis')?.value ?? 'step',
    from: null,
    to: null,
  };
}

function showControls(view) {
  if (control('smooth')) control('smooth').value = view.smooth;
  if (control('raw')) control('raw').checked = view.raw;
  if (control('band')) control('band').checked = view.band;
  if (control('axis')) control('axis').value = view.axis;
  // `aria-disabled` rather than `disabled`, which would take the focus away from whoever zooms by keyboard.
  for (const id of ['reset-zoom', 'zoom-out', 'earlier', 'later']) control(id)?.setAttribute('aria-disabled', view.from === null);
}

/** The lines of one chart: every run's every figure that has data. */
function linesOf(chart, runs, data, view, palette) {
  const several = runs.filter(run => !run.baseline).length > 1;
  return runs.flatMap((run, runIndex) =>
    chart.names.flatMap((name, figureIndex) => {
      const answer = data.answers.get(run.id);
      const found = answer && columns(answer, chart.kind, name, view.axis);
      if (!found) return [];
      const words = [runs.length > 1 && answer.name, (runs.length === 1 || chart.names.length > 1) && name, run.baseline && '(baseline)'];
      const label = words.filter(Boolean).join(' ');
      const lineLook = look(palette, { runIndex, figureIndex, several, baseline: run.baseline });
      // Evaluations are few, and each is a result of its own: they are never smoothed.
      return [{ key: `${run.id} ${name}`, label, columns: found, smooth: chart.kind === 'figures', ...lineLook }];
    }));
}

/** A sentence above the charts about what could not be fetched, with a button to try again. */
function failureNotice(section, retry) {
  const notice = document.createElement('div');
  notice.className = 'error';
  notice.setAttribute('role', 'alert');
  notice.hidden = true;
  const text = document.createElement('p');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button small';
  button.textContent = 'Retry';
  button.addEventListener('click', retry);
  notice.append(text, button);
  const toolbar = section.querySelector('.toolbar');
  if (toolbar) toolbar.after(notice);
  else section.prepend(notice);
  return failures => {
    notice.hidden = failures.size === 0;
    const told = `The curves could not be fetched: ${[...new Set(failures.values())].join('; ')}.`;
    if (!notice.hidden && text.textContent !== told) text.textContent = told;
  };
}

/** Starts the section; once, for it holds what the person chose. */
export function start(section) {
  if (section.classList.contains('ready')) return;
  section.classList.add('ready');
  loadPlotStyle();
  keepTheRest();

  const pinned = section.dataset.pinned?.toLowerCase();
  const shown = (section.dataset.runs ?? '').toLowerCase().split(',').map(id => id.trim()).filter(Boolean);
  const ids = [...new Set(pinned ? [...shown, pinned] : shown)];
  // The baseline by itself is a run like any other.
  const runs = ids.map(id => ({ id, baseline: id === pinned && ids.length > 1 }));

  const defaults = controlDefaults();
  let view = read(defaults);
  let palette = readPalette();

  // Browsers refuse an address that changes with every movement of a slider.
  const keep = throttle(300, async () => write(view, defaults));
  const change = changes => {
    view = { ...view, ...changes };
    keep();
    showControls(view);
    draw();
  };
  const resetZoom = () => change({ from: null, to: null });
  const actions = { zoom: (from, to) => change({ from, to }), resetZoom };
  const charts = [...section.querySelectorAll('figure.chart[data-figures]')].map(figure => new CurveChart(figure, actions));

  const drawNow = () => {
    frame = 0;
    for (const chart of charts) {
      const lines = linesOf(chart, runs, data, view, palette);
      if (lines.length > 0) chart.show(lines, view, palette);
      else if (ids.some(id => !data.answers.has(id) && !data.failures.has(id))) chart.showMessage('loading', 'loading');
      else if (data.answers.size === 0 && ids.length > 0) chart.showMessage('empty', 'could not be fetched');
      else chart.showMessage('empty', 'no data yet');
    }
  };
  let frame = 0;
  const draw = () => {
    frame ||= requestAnimationFrame(drawNow);
  };

  const showFailures = failureNotice(section, () => data.retry());
  const data = new RunData(ids, [...new Set(charts.flatMap(chart => chart.names))], () => {
    showFailures(data.failures);
    draw();
  });

  showControls(view);
  control('smooth')?.addEventListener('input', event => change({ smooth: Number(event.target.value) }));
  control('raw')?.addEventListener('change', event => change({ raw: event.target.checked }));
  control('band')?.addEventListener('change', event => change({ band: event.target.checked }));
  // A zoom is in the axis's unit, so it goes with the axis.
  control('axis')?.addEventListener('change', event => change({ axis: event.target.value, from: null, to: null }));
  control('reset-zoom')?.addEventListener('click', resetZoom);
  const zoomButton = (id, zoom) => control(id)?.addEventListener('click', () => {
    const all = whole(data.answers.values(), view.axis);
    if (all) change(changed(view.from === null ? all : view, all, zoom));
  });
  zoomButton('zoom-in', { times: 0.5 });
  zoomButton('zoom-out', { times: 2 });
  zoomButton('earlier', { by: -0.5 });
  zoomButton('later', { by: 0.5 });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette = readPalette();
    draw();
  });
}
