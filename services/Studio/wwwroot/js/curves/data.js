/** Fetches the runs' curves, and again when one of them went on. */
import { throttle } from '../throttle.js';

/** Enough points for a wide screen; the server makes buckets of longer runs. */
const points = 1000;
const growing = new Set(['policy_updated.v1', 'evaluated.v1']);

export class RunData {
  /**
   * @param {string[]} ids of the runs
   * @param {string[]} names of the figures that are drawn
   * @param {() => void} changed called after every answer
   */
  constructor(ids, names, changed) {
    this.query = new URLSearchParams({ points, names: names.join(',') });
    this.answers = new Map();
    this.failures = new Map();
    this.stale = new Set(ids);
    this.request = throttle(1000, async () => {
      const wanted = [...this.stale];
      this.stale.clear();
      await Promise.all(wanted.map(id => this.fetch(id)));
      changed();
    });

    document.addEventListener('pipeline', ({ detail: { stream, type } }) => {
      const id = ids.find(each => stream === `run-${each}`);
      if (id && growing.has(type)) this.refresh([id]);
    });
    document.addEventListener('pipeline-resumed', () => this.refresh(ids));
    this.request();
  }

  refresh(ids) {
    for (const id of ids) this.stale.add(id);
    this.request();
  }

  /** Asks again for what could not be fetched. */
  retry() {
    this.refresh(this.failures.keys());
  }

  /** An earlier answer stays when a later one fails: old curves say more than none. */
  async fetch(id) {
    try {
      const response = await fetch(`/api/runs/${encodeURIComponent(id)}/figures?${this.query}`, { headers: { Accept: 'application/json' } });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      this.answers.set(id, await response.json());
      this.failures.delete(id);
    } catch (error) {
      this.failures.set(id, error instanceof TypeError ? 'the server could not be reached' : error.message);
    }
  }
}
