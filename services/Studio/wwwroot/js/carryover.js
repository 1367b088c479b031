/** What a person did to a part of the page, and must find again after the part was replaced: opened details, scroll positions, the focus. */

const controls = 'input, select, textarea, [contenteditable]';

/** Details are the same when they have the same id or, without one, the same summary (its numbers may have changed), counted among equals. */
function detailsByKey(root) {
  const found = new Map();
  const seen = new Map();
  for (const details of root.querySelectorAll('details')) {
    const name = details.id || details.querySelector('summary')?.textContent.trim().replace(/\d+/g, '#') || '';
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    found.set(`${name}\n${count}`, details);
  }
  return found;
}

/**
 * Whether replacing `current` by `next` would take something from the person: the form control that has the focus, a selected text, or opened
 * details that `next` no longer has.
 */
export function isInUse(current, next) {
  const active = document.activeElement;
  if (active && current.contains(active) && active.matches(controls)) return true;

  const selection = getSelection();
  if (selection && !selection.isCollapsed && selection.rangeCount > 0 && selection.getRangeAt(0).intersectsNode(current)) return true;

  const remaining = detailsByKey(next);
  return [...detailsByKey(current)].some(([key, details]) => details.open && !remaining.has(key));
}

/** What a focusable element does, for it to be found again: where it leads or what it sends, and its words (their numbers may have changed). */
function deed(element) {
  const words = (element.getAttribute('aria-label') ?? element.textContent).trim().replace(/\d+/g, '#');
  return [element.tagName, element.id, element.rel || element.getAttribute('href'), element.form?.getAttribute('action'), words].join('\n');
}

/** The elements below `root` that do what `element` does. */
function equals(root, element) {
  const wanted = deed(element);
  return [...root.querySelectorAll('a[href], button, summary, [tabindex]')].filter(each => deed(each) === wanted);
}

/**
 * Gives `replacement` the state of `current`. Call the returned function once `replacement` is in the document: only then it can scroll and
 * take the focus.
 *
 * @returns {() => void}
 */
export function carryOver(current, replacement) {
  const before = detailsByKey(current);
  for (const [key, details] of detailsByKey(replacement)) if (before.has(key)) details.open = before.get(key).open;

  const scrolling = root => [root, ...root.querySelectorAll('.scroll')].filter(element => element.matches('.scroll'));
  const scrolls = scrolling(current).map(element => [element.scrollLeft, element.scrollTop]);
  const focused = current.contains(document.activeElement) ? document.activeElement : null;
  const position = focused ? equals(current, focused).indexOf(focused) : -1;

  return () => {
    scrolling(replacement).forEach((element, index) => {
      [element.scrollLeft, element.scrollTop] = scrolls[index] ?? [0, 0];
    });
    if (!focused) return;
    // What had the focus may be gone, as a button is that was pressed: whatever stands in its place now must not be pressed for it.
    const twin = equals(replacement, focused)[position] ?? replacement;
    if (twin === replacement) replacement.tabIndex = -1;
    twin.focus({ preventScroll: true });
  };
}
