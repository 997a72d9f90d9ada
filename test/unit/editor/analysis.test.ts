import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import esbuild from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffRuns, performanceGap } from '../../../src/core/analysis';
import { AnalysisClient, startAnalysisThread, type AnalysisThread } from '../../../src/editor/analysis/client';
import { carryOut, type AnalysisReply, type AnalysisRequest } from '../../../src/editor/analysis/requests';
import { simulateStudy } from '../core/analysis/support';

/** Answers when told to. */
class FakeThread extends EventEmitter implements AnalysisThread {
  readonly asked: AnalysisRequest[] = [];
  terminated = false;
  postMessage(request: AnalysisRequest): void {
    this.asked.push(request);
  }
  terminate(): void {
    this.terminated = true;
    this.emit('exit', 1);
  }
  reply(result: AnalysisReply['result'], id = this.asked.at(-1)?.id ?? 0): void {
    this.emit('message', { id, result } satisfies AnalysisReply);
  }
}

function clientOf(fail?: string) {
  const threads: FakeThread[] = [];
  const client = new AnalysisClient(() => {
    if (fail !== undefined) throw new Error(fail);
    threads.push(new FakeThread());
    return threads.at(-1) as FakeThread;
  });
  return { client, threads };
}

const [panel, other] = [{}, {}];
const gap = { kind: 'gap', runs: [] } as const;
const report = performanceGap([]);
const done = { ok: true, value: report } as const;

describe('requests to the worker', () => {
  it('start it at the first one only', async () => {
    const { client, threads } = clientOf();
    expect(threads).toHaveLength(0);
    for (let i = 0; i < 2; i += 1) {
      const answer = client.request(panel, gap);
      threads[0]?.reply(done);
      expect(await answer).toEqual(done);
    }
    expect(threads).toHaveLength(1);
  });

  it('go one at a time, and of one panel only the newest counts', async () => {
    const { client, threads } = clientOf();
    const [first, ofOther, second, third] = [client.request(panel, gap), client.request(other, gap), client.request(panel, gap), client.request(panel, gap)];
    expect(await first).toBeUndefined();
    expect(await second).toBeUndefined();
    const [thread] = threads;
    expect(thread?.asked).toHaveLength(1);
    thread?.reply(done);
    expect(thread?.asked).toHaveLength(2);
    thread?.reply({ ok: false, error: 'of the other' });
    expect(await ofOther).toEqual({ ok: false, error: 'of the other' });
    thread?.reply(done);
    expect(await third).toEqual(done);
  });

  it('take no answer to another question', async () => {
    const { client, threads } = clientOf();
    const answer = client.request(panel, gap);
    threads[0]?.reply({ ok: false, error: 'stale' }, 99);
    threads[0]?.reply(done);
    expect(await answer).toEqual(done);
  });

  it('end with a closed panel', async () => {
    const { client, threads } = clientOf();
    const answers = [client.request(other, gap), client.request(panel, gap)];
    client.cancel(panel);
    client.cancel(other);
    expect(await Promise.all(answers)).toEqual([undefined, undefined]);
    threads[0]?.reply(done);
    expect(threads[0]?.asked).toHaveLength(1);
  });

  it.each([
    ['an error and its exit', (thread: FakeThread | undefined) => { thread?.emit('error', new Error('out of memory')); thread?.emit('exit', 1); }, /failed: out of memory\. It is tried again/],
    ['an exit alone', (thread: FakeThread | undefined) => thread?.emit('exit', 7), /it ended with code 7/],
  ])('are answered with an error after %s, and the next one starts it anew', async (_, crash, message) => {
    const { client, threads } = clientOf();
    const [failed, next] = [client.request(panel, gap), client.request(other, gap)];
    crash(threads[0]);
    expect(await failed).toEqual({ ok: false, error: expect.stringMatching(message) as string });
    expect(threads).toHaveLength(2);
    threads[1]?.reply(done);
    expect(await next).toEqual(done);
  });

  it('are answered with an error where it cannot be started', async () => {
    const { client } = clientOf('no such file');
    expect(await client.request(panel, gap)).toEqual({ ok: false, error: expect.stringContaining('no such file') as string });
  });

  it('all end when the extension does', async () => {
    const { client, threads } = clientOf();
    const answers = [client.request(panel, gap), client.request(other, gap)];
    client.dispose();
    expect(await Promise.all(answers)).toEqual([undefined, undefined]);
    expect(threads.map(({ terminated }) => terminated)).toEqual([true]);
  });

  it('never throw in the worker', () => {
    expect(carryOut({ id: 3, task: { kind: 'gap', runs: [null] } } as unknown as AnalysisRequest)).toMatchObject({ id: 3, result: { ok: false } });
  });
});

describe('the worker itself', () => {
  let folder: string;
  let client: AnalysisClient;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'analysis-'));
    const outfile = path.join(folder, 'analysis-worker.js');
    await esbuild.build({ entryPoints: ['src/editor/analysis/worker.ts'], bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error' });
    client = new AnalysisClient(() => startAnalysisThread(outfile));
  });
  afterAll(() => {
    client.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const runs = simulateStudy({ study: 1 });

  it('leaves the event loop free while it computes the gap of six runs, eleven checkpoints and 512 prompts', async () => {
    expect(runs.map(({ checkpoints }) => checkpoints.length)).toEqual(Array(6).fill(11));
    await client.request(panel, gap);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await wait(20);
    delay.reset();
    const began = performance.now();
    const answer = await client.request(panel, { kind: 'gap', runs });
    const took = performance.now() - began;
    // The monitor takes a delay down only at its next tick.
    await wait(20);
    delay.disable();
    console.info(`The gap was answered after ${took.toFixed(0)} ms, the event loop held up for ${(delay.max / 1e6).toFixed(0)} ms at most.`);
    expect(delay.max / 1e6).toBeLessThan(100);
    expect(answer).toEqual({ ok: true, value: performanceGap(runs) });
  });

  it('answers what would be computed here, and takes nothing away', async () => {
    const [a, b] = runs;
    if (a === undefined || b === undefined) throw new Error('the study is empty');
    expect(await client.request(panel, { kind: 'diff', a, b })).toEqual({ ok: true, value: diffRuns(a, b) });
    expect(a.checkpoints[0]?.outcomes?.win).toHaveLength(512);
  });

  it('that is not there gives an error each time, and harms no other', async () => {
    const broken = new AnalysisClient(() => startAnalysisThread(path.join(folder, 'absent.js')));
    expect(await broken.request(panel, gap)).toMatchObject({ ok: false, error: expect.stringContaining('absent.js') as string });
    expect(await broken.request(panel, gap)).toMatchObject({ ok: false });
    broken.dispose();
    expect((await client.request(panel, gap))?.ok).toBe(true);
  });
});
