/** Every event file of others, number by number, and damaged copies of one of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { importLog } from '../../../../src/importers';
import { EventFile } from '../../../../src/importers/tensorboard/raw';
import { expectedOf, needsLogs, sharedFolder } from '../support/sharedLogs';

interface Expected {
  readonly bytes: number;
  readonly consumed: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly records: number;
  readonly stop: string | null;
  /** Bytes after what was consumed. */
  readonly tail: number;
  readonly tags: Readonly<Record<string, { readonly count: number; readonly first: [number, number | null]; readonly last: [number, number | null]; readonly kind: string; readonly plugin: string | null }>>;
}
const STOPS: Readonly<Record<string, string>> = { data: 'data crc mismatch', length: 'length crc mismatch' };

function summaryOf(bytes: Uint8Array<ArrayBuffer>): Expected {
  const file = new EventFile();
  const { consumed, damage, need } = file.take(bytes, bytes.length, 0);
  const partial = consumed === bytes.length ? null : need === undefined ? 'partial header' : 'partial record';
  const tags = [...file.series].map(([tag, { count, form, plugin, points }]) => {
    const all = [...points];
    const end = (at: number): [number, number | null] => [all.at(at)?.step ?? 0, all.at(at)?.value ?? null];
    return [tag, { count, first: end(0), last: end(-1), kind: form, plugin: plugin ?? null }] as const;
  });
  return { bytes: bytes.length, consumed, tail: bytes.length - consumed, records: file.records, kinds: Object.fromEntries(file.kinds), stop: damage === undefined ? partial : STOPS[damage]!, tags: Object.fromEntries(tags) };
}

describe.each(['logs', 'generated'] as const)('event files in shared/data/%s', (folder) => {
  const expected = expectedOf<Expected>(folder, /tfevents/);

  test('are there', (context) => {
    needsLogs(context, folder);
    expect(expected.length).toBeGreaterThan(4);
  });

  it.each(expected)('%s: every number', (file, entry) => {
    const root = path.join(needsLogsFolder(folder), file);
    expect(summaryOf(Uint8Array.from(readFileSync(root)))).toEqual(entry);
  });

  it.each(expected)('%s: as a run', async (file, { stop, consumed, tags }) => {
    const [run] = await importLog(path.join(needsLogsFolder(folder), file));
    for (const [tag, { count, first, last, kind, plugin }] of Object.entries(tags)) {
      if (first[1] === null || (kind === 'tensor' && plugin !== 'scalars')) continue;
      const points = run!.checkpoints.filter(({ raw }) => raw[tag] !== undefined).map(({ step, raw }) => [step, raw[tag]]);
      expect(points.length, tag).toBeLessThanOrEqual(count); // a step may be logged twice
      expect(points[0], tag).toEqual(first);
      expect(points.at(-1), tag).toEqual(last);
    }
    const where = run!.warnings.filter(({ code }) => code === 'damaged-record' || code === 'unfinished-record');
    expect(where.map(({ at }) => at)).toEqual(stop === null ? [] : [`${path.basename(file)}, byte ${consumed}`]);
  });
});

const needsLogsFolder = (folder: 'logs' | 'generated'): string => needsLogs({ skip: () => undefined } as never, folder);

describe('folders of event files', () => {
  it('joins a run that was restarted: later steps take the place of earlier ones', async (context) => {
    const [whole] = await importLog(path.join(needsLogs(context), 'michaelnny-DPO-LLaMA/logs/dpo_lora/7B'));
    const [joined] = await importLog(path.join(needsLogs(context), '_derived/tf-restart'));
    expect(joined!.checkpoints.map(({ step, raw }) => [step, raw])).toEqual(whole!.checkpoints.map(({ step, raw }) => [step, raw]));
    expect(joined!.warnings.find(({ code }) => code === 'restarted')?.message).toContain('after step 485');
    expect(whole!.objective).toBe('dpo');
  });

  it('names the tags of Keras by the split that their folder is', async (context) => {
    const runs = await importLog(path.join(needsLogs(context), '10tanmay100-DEEPCNNCLASSIFIER/artifacts'));
    const run = runs.find(({ path: at }) => at.endsWith('10-39-45'))!;
    expect(run.checkpoints[0]!.raw).toMatchObject({ 'train/epoch_loss': 6.304666996002197, 'validation/epoch_loss': 1.0753506422042847 });
    expect(runs).toHaveLength(3);
  });

  it.skipIf(sharedFolder('generated') === undefined).each([['grpo', 'GRPO', 'k3'], ['rloo', 'RLOO', 'k1']] as const)('tells %s by its arguments, and calls the run by its output directory', async (folder, algorithm, estimator) => {
    const [run] = await importLog(path.join(needsLogsFolder('generated'), folder, 'runs'));
    expect(run).toMatchObject({ name: folder, experiment: 'generated', objective: folder, sampling: 'online', environment: { algorithm } });
    expect(run!.checkpoints.find(({ metrics }) => metrics.kl !== undefined)?.metrics.kl).toMatchObject({ estimator, quality: ['from-length'] });
  });

  it('reads what TRL logs through transformers: arguments, algorithm and accuracies', async (context) => {
    const [run] = await importLog(path.join(needsLogs(context, 'generated'), 'dpo-sigmoid/runs'));
    expect(run).toMatchObject({ source: 'tensorboard', objective: 'dpo', sampling: 'offline', beta: 0.1 });
    const last = run!.checkpoints.at(-1)!;
    expect(last.metrics.policyAccuracy).toMatchObject({ value: 0.8541666865348816, from: ['eval/rewards/accuracies'] });
    expect(run!.checkpoints[0]!.metrics.policyAccuracy).toMatchObject({ value: 0 });
  });
});
