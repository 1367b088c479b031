/** Loads uPlot's style sheet, which only the pages with plots need. */
export function loadPlotStyle() {
  const href = new URL('../../lib/uplot/uPlot.min.css', import.meta.url).href;
  if ([...document.querySelectorAll('link[rel=stylesheet]')].some(link => link.href === href)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  // First, so that Studio's own style sheet has the last word.
  document.head.prepend(link);
}
