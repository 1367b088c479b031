/**
 * Keeps one connection to the event feed while the page is seen, and passes each change on as a `pipeline` event of the document. Whenever it is
 * connected it dispatches `pipeline-resumed`: changes may have been missed until then, so whoever shows data asks for it again.
 */
const url = '/api/events';
const firstDelay = 1000;
const longestDelay = 30000;

let source = null;
let delay = firstDelay;
let timer = 0;

function show(state, text) {
  const element = document.getElementById('live-state');
  if (!element || element.textContent === text) return;
  element.textContent = text;
  element.className = `live-state ${state}`;
}

function connect() {
  clearTimeout(timer);
  if (source || document.hidden) return;
  source = new EventSource(url);

  source.addEventListener('open', () => {
    show('live', 'live');
    delay = firstDelay;
  });

  // From here on nothing is missed, and before it something may have been: also between the page's making and the first connection.
  source.addEventListener('ready', () => document.dispatchEvent(new CustomEvent('pipeline-resumed')));

  source.addEventListener('change', message => {
    for (const change of JSON.parse(message.data)) document.dispatchEvent(new CustomEvent('pipeline', { detail: change }));
  });

  source.addEventListener('error', () => {
    show('reconnecting', 'reconnecting');
    // An EventSource reconnects by itself after a lost connection, but gives up for good after any answer that is no stream.
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      lookWhy();
    }
  });
}

/** An EventSource does not tell why it was refused, so the same address is asked once more for its status alone. */
async function lookWhy() {
  const request = new AbortController();
  try {
    const response = await fetch(url, { headers: { Accept: 'text/event-stream' }, signal: request.signal, cache: 'no-store' });
    request.abort();
    if (response.status === 401 || response.redirected) {
      show('signed-out', 'signed out');
      if (location.pathname !== '/') location.assign('/');
      return;
    }
  } catch {
    // The server cannot be reached; the next attempt comes below.
  }
  timer = setTimeout(connect, delay);
  delay = Math.min(2 * delay, longestDelay);
}

function disconnect() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

/** Opens the feed. A hidden tab gives its connection back, because browsers allow only six to one server. */
export function follow() {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      disconnect();
      show('paused', 'paused');
    } else {
      connect();
    }
  });
  show('reconnecting', 'connecting');
  connect();
}
