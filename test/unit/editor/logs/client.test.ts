import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { LogClient, type LogThread } from '../../../../src/editor/logs/client';
import { packRun } from '../../../../src/editor/logs/model/pack';
import type { FromLogThread, LogsRead, LogTarget, ToLogThread } from '../../../../src/editor/logs/requests';
import { syntheticRun } from '../../../fixtures/study';

/** Answers when told to. */
class FakeThread extends EventEmitter implements LogThread {
  readonly asked: ToLogThread[] = [];
  terminated = false;
  postMessage(message: ToLogThread): void {
    this.asked.push(message);
  }
  terminate(): void {
    this.terminated = true;
    this.emit('exit', 1);
  }
  say(message: FromLogThread): void {
    this.emit('message', message);
  }
  done(id: number, kind: 'read' | 'cancelled' = 'read'): void {
    this.say({ kind: 'done', id, outcome: kind === 'read' ? { kind, logs: nothing } : { kind } });
  }
  get kinds(): string[] {
    return this.asked.map(({ kind }) => kind);
  }
}

const nothing: LogsRead = { order: [], detections: [], problems: [] };
const target = (path: string): LogTarget => ({ path, sources: {} });
const [first, second] = [target('/logs/first'), target('/logs/second')];
const run = syntheticRun('online', 1);

function clientOf(fail?: string) {
  const threads: FakeThread[] = [];
  const client = new LogClient(() => {
    if (fail !== undefined) throw new Error(fail);
    threads.push(new FakeThread());
    return threads.at(-1) as FakeThread;
  });
  return { client, threads };
}

const turn = () => new Promise((resolve) => { setImmediate(resolve); });

describe('readings', () => {
  it('start the thread at the first one only, and go one at a time', async () => {
    const { client, threads } = clientOf();
    expect(threads).toHaveLength(0);
    const [a, b] = [client.refresh(first), client.refresh(second)];
    expect(threads[0]?.asked).toEqual([{ kind: 'refresh', id: 1, target: first }]);
    threads[0]?.done(1);
    expect(await a).toEqual({ kind: 'read', logs: nothing, changed: [] });
    expect(threads[0]?.asked.at(-1)).toEqual({ kind: 'refresh', id: 2, target: second });
    threads[0]?.done(2);
    expect((await b).kind).toBe('read');
    expect(threads).toHaveLength(1);
  });

  it('tell of progress, and take each run in before the next may come', async () => {
    const { client, threads } = clientOf();
    const onProgress = vi.fn();
    const answer = client.refresh(first, { onProgress });
    const [thread] = threads;
    const progress = { path: '/logs/first/a', bytesRead: 1, bytesTotal: 2 };
    thread?.say({ kind: 'progress', id: 1, progress });
    thread?.say({ kind: 'progress', id: 9, progress });
    expect(onProgress.mock.calls).toEqual([[progress]]);
    thread?.say({ kind: 'run', id: 1, run: packRun(run) });
    expect(thread?.kinds, 'not in the same turn').toEqual(['refresh']);
    await turn();
    expect(thread?.kinds).toEqual(['refresh', 'taken']);
    thread?.done(1);
    expect((await answer).changed.map(({ id }) => id)).toEqual([run.id]);
  });

  it.each([
    ['an error and its exit', (thread: FakeThread | undefined) => { thread?.emit('error', new Error('out of memory')); thread?.emit('exit', 1); }, /could not be read: out of memory\./],
    ['an exit alone', (thread: FakeThread | undefined) => thread?.emit('exit', 7), /ended with code 7/],
  ])('fail with %s of the thread, which the next one starts anew', async (_, crash, message) => {
    const { client, threads } = clientOf();
    const [failed, next] = [client.refresh(first), client.refresh(second)];
    crash(threads[0]);
    expect(await failed).toEqual({ kind: 'failed', error: expect.stringMatching(message) as string, isLost: true, changed: [] });
    expect(threads).toHaveLength(2);
    threads[1]?.done(2);
    expect((await next).kind).toBe('read');
  });

  it('fail where the thread cannot be started', async () => {
    const { client } = clientOf('no such file');
    expect(await client.refresh(first)).toMatchObject({ kind: 'failed', error: expect.stringContaining('no such file') as string });
  });

  it('all end when the extension does', async () => {
    const { client, threads } = clientOf();
    const answers = [client.refresh(first), client.refresh(second)];
    client.dispose();
    expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(['cancelled', 'cancelled']);
    expect(threads.map(({ terminated }) => terminated)).toEqual([true]);
  });
});

describe('cancelling', () => {
  it('takes a reading out that waits, without a word to the thread', async () => {
    const { client, threads } = clientOf();
    const abort = new AbortController();
    const [a, b] = [client.refresh(first), client.refresh(second, { signal: abort.signal })];
    abort.abort();
    expect((await b).kind).toBe('cancelled');
    threads[0]?.done(1);
    await a;
    expect(threads[0]?.kinds).toEqual(['refresh']);
  });

  it('asks the thread to stop what it reads', async () => {
    const { client, threads } = clientOf();
    const abort = new AbortController();
    const answer = client.refresh(first, { signal: abort.signal });
    abort.abort();
    expect(threads[0]?.asked.at(-1)).toEqual({ kind: 'cancel', id: 1 });
    threads[0]?.done(1, 'cancelled');
    expect((await answer).kind).toBe('cancelled');
    expect(threads[0]?.terminated).toBe(false);
  });

  it('gives a thread up that does not answer, as on a disk that hangs', async () => {
    vi.useFakeTimers();
    try {
      const { client, threads } = clientOf();
      const abort = new AbortController();
      const [answer, next] = [client.refresh(first, { signal: abort.signal }), client.refresh(second)];
      abort.abort();
      await vi.advanceTimersByTimeAsync(6000);
      expect((await answer).kind).toBe('cancelled');
      expect(threads.map(({ terminated }) => terminated)).toEqual([true, false]);
      threads[1]?.done(2);
      expect((await next).kind).toBe('read');
    } finally {
      vi.useRealTimers();
    }
  });

  it('before it begins reads nothing', async () => {
    const { client, threads } = clientOf();
    expect((await client.refresh(first, { signal: AbortSignal.abort() })).kind).toBe('cancelled');
    expect(threads).toHaveLength(0);
  });
});
