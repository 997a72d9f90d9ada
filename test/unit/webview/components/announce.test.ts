import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { throttledAnnouncer } from '../../../../webview/components/announce';

describe('throttledAnnouncer', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  it('says the first at once, then at most one in the interval: the latest', () => {
    const said: string[] = [];
    const say = throttledAnnouncer(5000, (text) => said.push(text));
    say('one');
    vi.advanceTimersByTime(0);
    say('two');
    vi.advanceTimersByTime(1000);
    say('three');
    vi.advanceTimersByTime(3999);
    expect(said).toEqual(['one']);
    vi.advanceTimersByTime(1);
    expect(said).toEqual(['one', 'three']);
  });
});
