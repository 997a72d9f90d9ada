import { describe, expect, it } from 'vitest';
import { runQueue, type Job, type JobOutcome } from '../../../src/launch/queue';
import type { TaskSpec } from '../../../src/core/experiment/schema';
import { runNeeds, stagesOf, type StagedConfig } from '../../../src/core/experiment/stages';

/** Jobs that end when the test says so; the log tells who began and ended when. */
function bench() {
  const log: string[] = [];
  const finish = new Map<string, (outcome: JobOutcome) => void>();
  let most = 0;
  let now = 0;
  const job = (id: string, needs: readonly string[] = []): Job => ({
    id,
    needs,
    start: () =>
      new Promise((resolve) => {
        log.push(`+${id}`);
        most = Math.max(most, (now += 1));
        finish.set(id, (outcome) => {
          log.push(`-${id}`);
          now -= 1;
          resolve(outcome);
        });
      }),
  });
  const end = async (id: string, outcome: JobOutcome = 'done') => {
    finish.get(id)?.(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { log, job, end, most: () => most };
}
const outcomes = (results: Awaited<ReturnType<typeof runQueue>>) => Object.fromEntries(results.map(({ id, result }) => [id, result]));

describe('the queue', () => {
  it('keeps the order and never runs more than the limit', async () => {
    const { log, job, end, most } = bench();
    const all = runQueue(['a', 'b', 'c', 'd'].map((id) => job(id)), { limit: 2 });
    expect(log).toEqual(['+a', '+b']);
    await end('b');
    expect(log).toEqual(['+a', '+b', '-b', '+c']);
    await end('a');
    await end('c');
    await end('d');
    expect(outcomes(await all)).toEqual({ a: 'done', b: 'done', c: 'done', d: 'done' });
    expect(most()).toBe(2);
  });

  it('lets a failure block only what depends on it, and names the need', async () => {
    const { job, end } = bench();
    const blocked: string[] = [];
    const all = runQueue([job('sft'), job('proxy'), job('golden-policy', ['sft', 'proxy']), job('other')], {
      limit: 4,
      onSettled: (settled) => void (settled.result === 'blocked' && blocked.push(`${settled.id} by ${settled.by}`)),
    });
    await end('proxy', 'failed');
    await end('other');
    await end('sft');
    expect(outcomes(await all)).toEqual({ sft: 'done', proxy: 'failed', 'golden-policy': 'blocked', other: 'done' });
    expect(blocked).toEqual(['golden-policy by proxy']);
  });

  it('begins nothing after an abort, and waits for what runs', async () => {
    const { log, job, end } = bench();
    const controller = new AbortController();
    const all = runQueue([job('a'), job('b')], { limit: 1, signal: controller.signal });
    controller.abort();
    await end('a', 'stopped');
    expect(outcomes(await all)).toEqual({ a: 'stopped', b: 'cancelled' });
    expect(log).toEqual(['+a', '-a']);
  });

  it('counts a rejected start as failed, with its error', async () => {
    const error = new Error('no such program');
    const results = await runQueue([{ id: 'a', needs: [], start: () => Promise.reject(error) }], { limit: 1 });
    expect(results).toEqual([{ id: 'a', result: 'failed', error }]);
  });

  it('names a circle instead of waiting for ever', async () => {
    const { job } = bench();
    await expect(runQueue([job('a', ['b']), job('b', ['a'])], { limit: 1 })).rejects.toThrow('wait for each other: a, b');
  });
});

describe('the stages', () => {
  const recording = { objective: 'ipo', beta: 0.1, learningRate: 0.001, steps: 100, weightsAt: [20, 100] };
  const policy = { width: 8, layers: 1, heads: 2, feedForward: 8 };
  const config = (task: TaskSpec, fields: object = {}): StagedConfig => ({ task, policy, seed: 3, stages: {} as StagedConfig['stages'], ...fields });
  const order = (staged: StagedConfig) => stagesOf(staged).map((stage) => `${stage.id} < ${stage.needs.join('+') || 'nothing'}`);

  it.each([
    { name: 'pairs', task: { pairs: 'p.jsonl', promptTokens: 8, responseTokens: 8, vocabulary: 384 }, golden: true },
    { name: 'built-in', task: 'summarisation' as const, golden: false },
  ])('$name: in an order that respects their needs', ({ task, golden }) => {
    const seen = new Set<string>();
    for (const stage of stagesOf(config(task))) {
      expect(stage.needs.filter((need) => !seen.has(need))).toEqual([]);
      seen.add(stage.id);
    }
    expect(seen.has('golden')).toBe(golden);
    expect(runNeeds(config(task)).filter((need) => !seen.has(need))).toEqual([]);
  });

  it('a built-in task has a rule in place of the golden model', () => {
    expect(order(config('summarisation'))).toEqual([
      'data < nothing',
      'sft < data',
      'relabelled < data',
      'proxy < relabelled',
      'golden-policy < sft+relabelled',
    ]);
  });

  it.each([
    { name: 'a recorded run, of its seed', fields: { data: { kind: 'replay', order: 'ordered', recording } }, expected: ['recording ipo-b0.1-lr0.001-s3 < sft+relabelled+proxy'] },
    {
      name: 'pairs of trained policies', fields: { data: { kind: 'policies', policies: [{ name: 'early', step: 20 }, { name: 'sft', step: 0 }], recording } },
      expected: ['recording ipo-b0.1-lr0.001-s3 < sft+relabelled+proxy', 'policy-data early20/sft ipo-b0.1-lr0.001-s3 < sft+relabelled+recording ipo-b0.1-lr0.001-s3'],
    },
    { name: 'pairs of the reference policy, no run', fields: { data: { kind: 'policies', policies: [{ name: 'sft', step: 0 }, { name: 'sft', step: 0 }], recording } }, expected: ['policy-data sft/sft s3 < sft+relabelled'] },
    { name: 'an opponent of the same size, nothing more', fields: { stages: { opponentPolicy: { ...policy } } }, expected: [] },
  ])('of its own a run may need $name', ({ fields, expected }) => {
    const own = order(config('summarisation', fields)).filter((line) => !order(config('summarisation')).includes(line));
    expect(own).toEqual(expected);
    expect(runNeeds(config('summarisation', fields))).toEqual(['proxy', 'golden-policy', ...expected.map((line) => line.split(' < ')[0])]);
  });

  it('an opponent of another size begins from a reference policy of its own', () => {
    expect(order(config('summarisation', { stages: { opponentPolicy: { ...policy, width: 16 } } })).slice(-2)).toEqual(['opponent-sft < data', 'golden-policy < opponent-sft+relabelled']);
  });

  it('SFT and relabelling run side by side', async () => {
    const { log, job, end, most } = bench();
    const all = runQueue(stagesOf(config('summarisation')).map((stage) => job(stage.kind, stage.needs)), { limit: 2 });
    await end('data');
    expect(log.slice(2)).toEqual(['+sft', '+relabelled']);
    for (const kind of ['relabelled', 'sft', 'proxy', 'golden-policy']) await end(kind);
    await all;
    expect(most()).toBe(2);
  });
});
