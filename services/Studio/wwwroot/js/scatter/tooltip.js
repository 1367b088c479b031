/** The caption under the pointer: a small box with its words and both values, and the way to its page. */

const reach = 12;

/** The index of the nearest place within reach of the pointer, or -1. Twenty thousand places take well under a millisecond. */
export function nearest(places, x, y) {
  let best = -1;
  let bestDistance = reach * reach;
  for (let index = 0; index < places.x.length; index++) {
    const distance = (places.x[index] - x) ** 2 + (places.y[index] - y) ** 2;
    if (distance <= bestDistance) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}

function row(className, text) {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}

/**
 * @param {HTMLElement} over the plot's area
 * @param {() => {places: object, points: object[]}} current
 * @param {(point: object) => string} describe the numbers of a point
 */
export function addTooltip(over, current, describe) {
  const box = document.createElement('div');
  box.className = 'tooltip';
  box.hidden = true;
  over.append(box);
  let pressed = null;

  const at = event => {
    const area = over.getBoundingClientRect();
    const [x, y] = [event.clientX - area.left, event.clientY - area.top];
    const { places, points } = current();
    const index = nearest(places, x, y);
    return { point: points[index], x: places.x[index], y: places.y[index], area };
  };

  over.addEventListener('mousemove', event => {
    if (event.buttons !== 0) return;
    const { point, x, y, area } = at(event);
    box.hidden = !point;
    over.classList.toggle('over-point', Boolean(point));
    if (!point) return;
    box.replaceChildren(row('text', point.text), row('numbers', describe(point)));
    const left = x > area.width / 2 ? x - box.offsetWidth - 10 : x + 10;
    const top = y > area.height / 2 ? y - box.offsetHeight - 10 : y + 10;
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  over.addEventListener('mouseleave', () => {
    box.hidden = true;
  });
  over.addEventListener('mousedown', event => {
    // A zoom moves the points away from under the box.
    box.hidden = true;
    pressed = [event.clientX, event.clientY];
  });
  // The end of a drag is a click for the browser; whoever zoomed does not want to leave. Before uPlot, which keeps such clicks for itself.
  over.addEventListener('click', event => {
    const moved = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 4;
    const { point } = at(event);
    if (point && !moved) location.assign(`/captions/${encodeURIComponent(point.id)}`);
  }, true);
}
