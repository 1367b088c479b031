/**
 * Makes a request function that runs `work` at most once per `interval` milliseconds and never twice at a time. Requests made meanwhile are
 * answered by one more run, so the last request is never lost however fast they come.
 *
 * @param {number} interval milliseconds between two starts
 * @param {() => Promise<void>} work
 * @returns {() => void}
 */
export function throttle(interval, work) {
  let wanted = false;
  let busy = false;
  let timer = 0;
  let earliest = 0;

  const run = async () => {
    timer = 0;
    wanted = false;
    busy = true;
    earliest = performance.now() + interval;
    try {
      await work();
    } finally {
      busy = false;
      if (wanted) plan();
    }
  };

  const plan = () => {
    if (busy || timer) return;
    timer = setTimeout(run, Math.max(0, earliest - performance.now()));
  };

  return () => {
    wanted = true;
    plan();
  };
}
