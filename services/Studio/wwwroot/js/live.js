/**
 * Keeps the live parts of a page current. The server renders every page whole; when a change that the page shows comes in, the page is fetched
 * again and only the parts whose HTML differs are replaced: `[data-live][id]`, where `data-live` lists prefixes of streams (empty: all).
 */
import { follow } from './stream.js';
import { throttle } from './throttle.js';
import { carryOver, isInUse } from './carryover.js';

const partSelector = 'body [data-live][id]';

/** The server's HTML of each part by id. The page's own differs from it as soon as a script wrote a relative time or a person opened details. */
const served = new Map();
let deferred = false;

const parts = () => document.querySelectorAll(partSelector);

function concerns(part, stream) {
  const prefixes = part.dataset.live.split(' ').filter(Boolean);
  return prefixes.length === 0 || prefixes.some(prefix => stream.startsWith(prefix));
}

/** What tells whether a part has changed: not that a time is longer ago. */
const shown = part => part.outerHTML.replaceAll(/(<time[^>]*>)[^<]*/g, '$1');

function replaceChanged(fresh) {
  deferred = false;
  // It is another page by now: the run that was waited for has begun.
  if ([...parts()].some(part => !fresh.getElementById(part.id))) {
    location.reload();
    return;
  }
  for (const next of fresh.querySelectorAll(partSelector)) {
    const html = shown(next);
    const current = document.getElementById(next.id);
    if (!current || served.get(next.id) === html) continue;
    if (isInUse(current, next)) {
      deferred = true;
      continue;
    }
    // A copy, so that a part within this part is still found in the fresh document.
    const replacement = document.importNode(next, true);
    const restore = carryOver(current, replacement);
    current.replaceWith(replacement);
    restore();
    served.set(next.id, html);
    document.dispatchEvent(new CustomEvent('refreshed', { detail: replacement }));
  }
}

const refresh = throttle(1000, async () => {
  if (document.hidden || parts().length === 0) return;
  try {
    const response = await fetch(location.href, { headers: { 'X-Refresh': '1' }, cache: 'no-store' });
    if (response.status === 401) location.assign('/');
    else if (response.ok && !response.redirected) replaceChanged(new DOMParser().parseFromString(await response.text(), 'text/html'));
  } catch {
    // The connection is gone; the feed says so in #live-state, and its return brings the next refresh.
  }
});

function retryDeferred() {
  if (deferred) refresh();
}

const needsFeed = '#live-state, body [data-live], #curves, [data-source][data-stream]';

if (document.querySelector(needsFeed)) {
  for (const part of parts()) served.set(part.id, shown(part));

  document.addEventListener('pipeline', event => {
    if ([...parts()].some(part => concerns(part, event.detail.stream))) refresh();
  });
  document.addEventListener('pipeline-resumed', refresh);
  document.addEventListener('focusout', retryDeferred);
  document.addEventListener('selectionchange', () => {
    if (getSelection().isCollapsed) retryDeferred();
  });
  // What no event tells: a run that waits, a server that is away, a change that was committed late.
  setInterval(refresh, 10_000);
  follow();
}
