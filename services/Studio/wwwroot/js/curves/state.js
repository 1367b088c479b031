/** What the person chose to see of the curves, kept in the page's address so that a refresh or a shared link shows the same. */

/**
 * @typedef {object} View
 * @property {number} smooth weight of the past in the smoothing, 0 (none) to 0.99
 * @property {boolean} raw whether the unsmoothed values are shown faintly
 * @property {boolean} band whether the range from min to max is shown
 * @property {'step'|'captions'|'time'} axis
 * @property {number|null} from left end of the zoom, in the axis's unit; null without a zoom
 * @property {number|null} to
 */

const number = text => (text === null || text === '' || !Number.isFinite(Number(text)) ? null : Number(text));

/**
 * The address's choices, else what the controls were rendered with.
 *
 * @param {View} defaults
 * @returns {View}
 */
export function read(defaults) {
  const query = new URLSearchParams(location.search);
  const flag = name => (query.has(name) ? query.get(name) === '1' : defaults[name]);
  const axis = query.get('axis');
  const [from, to] = [number(query.get('from')), number(query.get('to'))];
  const zoomed = from !== null && to !== null && from < to;
  return {
    smooth: Math.min(0.99, Math.max(0, number(query.get('smooth')) ?? defaults.smooth)),
    raw: flag('raw'),
    band: flag('band'),
    axis: ['step', 'captions', 'time'].includes(axis) ? axis : defaults.axis,
    from: zoomed ? from : null,
    to: zoomed ? to : null,
  };
}

/** Writes what differs from the defaults; the address of an untouched page stays as it is. */
export function write(view, defaults) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(view)) {
    if (value === defaults[name]) address.searchParams.delete(name);
    else if (typeof value === 'boolean') address.searchParams.set(name, value ? '1' : '0');
    else address.searchParams.set(name, typeof value === 'number' ? String(Number(value.toPrecision(7))) : value);
  }
  if (address.href !== location.href) history.replaceState(history.state, '', address);
}
