/**
 * Shows the versions of one thing one at a time: `[data-versions]` holds a range input whose value is an index, and panels `[data-version-index]`.
 * Without script all panels are seen, one below the other. The index is kept in the address as `v`.
 */

function indexInAddress(range) {
  const text = new URLSearchParams(location.search).get('v');
  const index = Number(text);
  return text !== null && Number.isInteger(index) && index >= Number(range.min) && index <= Number(range.max) ? index : null;
}

function keepInAddress(index) {
  const address = new URL(location.href);
  address.searchParams.set('v', index);
  history.replaceState(history.state, '', address);
}

/** Makes one `[data-versions]` element work; called again for an element that replaced it. */
export function enhance(root) {
  const range = root.querySelector('input[type=range]');
  if (!range || root.classList.contains('ready')) return;
  const output = root.querySelector('output');
  const panels = [...root.querySelectorAll('[data-version-index]')];

  const show = () => {
    for (const panel of panels) panel.hidden = panel.dataset.versionIndex !== range.value;
    const label = panels.find(panel => !panel.hidden)?.dataset.label ?? range.value;
    if (output) output.textContent = label;
    range.setAttribute('aria-valuetext', label);
  };

  range.value = indexInAddress(range) ?? range.value;
  root.classList.add('ready');
  show();

  range.addEventListener('input', () => {
    show();
    keepInAddress(range.value);
  });

  // The range has its own arrow keys; these are for when the focus is elsewhere in the panel.
  root.addEventListener('keydown', event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.target.matches('input, select, textarea')) return;
    event.preventDefault();
    range.value = Number(range.value) + step;
    range.dispatchEvent(new Event('input'));
  });
}
