/**
 * Keeps what the address holds (zoom, smoothing, other runs, the baseline, the step) when a person chooses one thing more: links with `data-keep`
 * and forms with `data-keep` change their own parameters only.
 */

/** The address's parameters, but for those that are chosen anew. */
const others = names => [...new URLSearchParams(location.search)].filter(([name]) => !names.has(name));

export function keepTheRest() {
  document.addEventListener('click', ({ target }) => {
    const link = target.closest?.('a[data-keep]');
    if (!link) return;
    link.dataset.keep ||= link.getAttribute('href');
    const address = new URL(link.dataset.keep, location);
    for (const [name, value] of others(new Set(address.searchParams.keys()))) address.searchParams.append(name, value);
    link.href = address;
  }, { capture: true });
  document.addEventListener('formdata', ({ target, formData }) => {
    if (!target.matches('form[data-keep]')) return;
    const own = new Set([...target.elements].map(({ name }) => name));
    for (const [name, value] of others(own)) formData.append(name, value);
  });
}
