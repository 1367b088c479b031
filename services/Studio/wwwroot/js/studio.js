/** The module that every page loads: the live feed and times always, the rest only where the page has their elements. */
import './live.js';
import { start as startTimes } from './times.js';

/** Enhances what lies in `root`: the document at first, later a part that was replaced. */
async function enhance(root) {
  const within = selector => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];

  const curves = within('#curves');
  if (curves.length > 0) (await import('./curves.js')).start(curves[0]);

  const scatters = within('figure.scatter[data-source]');
  if (scatters.length > 0) {
    const { start } = await import('./scatter.js');
    scatters.forEach(start);
  }

  const versions = within('[data-versions]');
  if (versions.length > 0) {
    const { enhance: enhanceVersions } = await import('./versions.js');
    versions.forEach(enhanceVersions);
  }
}

startTimes();
enhance(document);
document.addEventListener('refreshed', event => enhance(event.detail));
