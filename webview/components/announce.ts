/** One polite live region for the whole page: screen readers hear what moved, one message at a time. */
let region: HTMLElement | undefined;

export function announce(text: string): void {
  if (!region) {
    region = document.createElement('div');
    region.className = 'visually-hidden';
    region.setAttribute('role', 'status');
    region.setAttribute('aria-live', 'polite');
    document.body.append(region);
  }
  region.textContent = text;
}

/** For milestones of running runs: at most one message in `interval` ms, the latest one. */
export function throttledAnnouncer(interval = 5000, say: (text: string) => void = announce): (text: string) => void {
  let last = -Infinity;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return (text) => {
    clearTimeout(waiting);
    const wait = Math.max(0, last + interval - Date.now());
    waiting = setTimeout(() => {
      last = Date.now();
      say(text);
    }, wait);
  };
}
