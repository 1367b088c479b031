/** Shows every `<time datetime>` relative to now ("3 min ago"), with the exact local time as its title, and keeps it so. */

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** The largest unit that fits, in seconds; older than a month is a date. */
const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

/** "3 min ago", "in 2 h", "just now"; a date beyond 30 days. */
export function relative(then, now) {
  const seconds = Math.round((now - then) / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  if (size > 30 * 86400) return day.format(then);
  const [unit, length] = units.find(([, each]) => size >= each);
  const count = `${Math.floor(size / length)} ${unit}`;
  return seconds > 0 ? `${count} ago` : `in ${count}`;
}

function show(element, now) {
  const then = new Date(element.dateTime);
  if (Number.isNaN(then.getTime())) return;
  const text = relative(then, now);
  if (element.textContent !== text) element.textContent = text;
  const title = exact.format(then);
  if (element.title !== title) element.title = title;
}

function showAll(root) {
  const now = Date.now();
  if (root.matches?.('time[datetime]')) show(root, now);
  for (const element of root.querySelectorAll('time[datetime]')) show(element, now);
}

/** Starts: shows all times, again every 15 seconds, and those that scripts insert at once. */
export function start() {
  showAll(document);
  setInterval(() => showAll(document), 15000);
  new MutationObserver(mutations => {
    for (const { addedNodes } of mutations)
      for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) showAll(node);
  }).observe(document.body, { childList: true, subtree: true });
}
