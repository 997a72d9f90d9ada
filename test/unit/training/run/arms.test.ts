/** Every objective with every source of pairs, in this process, on a study of seconds; and a replay against the run that it replays. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstDivergence } from '../../../../src/core/analysis/divergence';
import { POLICY_SHAPES } from '../../../../src/core/experiment';
import type { RecordedRun, RunConfig } from '../../../../src/core/experiment/config';
import { collectRun } from '../../../../src/core/run/collect';
import { RUN_FORMAT, type RunEvent } from '../../../../src/core/run/events';
import type { Run } from '../../../../src/core/run/types';
import { startBackend, type BackendInfo } from '../../../../src/training/backend/start';
import { trainPolicy } from '../../../../src/training/run/policyRun';
import { ArtefactStore } from '../../../../src/training/stages/artefacts';
import { Pipeline } from '../../../../src/training/stages/pipeline';
import { loadTask } from '../../../../src/training/tasks';
import { TINY_CONFIG } from '../support/trainer';

const BASE: RunConfig = {
  ...TINY_CONFIG, steps: 6, checkpointSteps: [0, 3, 6], batchSize: 8, learningRate: 5e-3,
  evaluation: { prompts: 12, pairs: 12, samples: 0 },
  stages: { ...TINY_CONFIG.stages, pairs: 60, pretrainingResponses: 100, pretrainingSteps: 6, sftSteps: 2, proxySteps: 12, goldenPolicySteps: 3 },
};
const RECORDED: RecordedRun = { objective: 'ipo', beta: 0.1, learningRate: 5e-3, steps: 6, weightsAt: [2, 6] };

type Fields = Partial<RunConfig>;

let folder: string;
let backend: BackendInfo;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'arms-'));
  backend = await startBackend('wasm');
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

let runs = 0;

async function train(fields: Fields): Promise<Run> {
  const config = { ...BASE, ...fields };
  const pipeline = new Pipeline({ config, task: await loadTask(config.task), backend, store: new ArtefactStore(path.join(folder, 'artefacts')), report: () => undefined });
  const events: RunEvent[] = [];
  const log = { append: (event: RunEvent) => void events.push(JSON.parse(JSON.stringify(event)) as RunEvent), appendSamples: () => undefined };
  const directory = path.join(folder, `run ${(runs += 1)}`);
  const end = await trainPolicy({ pipeline, runDirectory: directory, log, loggedSteps: new Set(), stopRequested: () => false });
  expect(end.kind).toBe('finished');
  const manifest = { format: RUN_FORMAT, id: 'a/b', name: 'b', experiment: 'a', config, extensionVersion: '0', launcher: 'local', createdAt: '' } as const;
  return collectRun({ manifest, events, path: directory, process: 'gone', orchestratorAlive: false });
}

const metric = (run: Run, name: 'kl' | 'loss' | 'samplesLabelled' | 'staleness' | 'offPolicyness'): number | undefined => run.checkpoints.at(-1)?.metrics[name]?.value;

interface Source {
  readonly fields: Fields;
  /** Labels that six steps of eight pairs ask for. */
  readonly labels: number;
  readonly staleness?: 'none' | 'some';
  readonly offPolicyness?: 'none' | 'some';
}

const replay = (order: 'ordered' | 'shuffled' | { window: number }): Fields => ({ sampling: 'offline', data: { kind: 'replay', order, recording: RECORDED } });

const SOURCES: Readonly<Record<string, Source>> = {
  'online': { fields: { sampling: 'online' }, labels: 48 },
  'semi-online': { fields: { sampling: 'semi-online', syncEvery: 4 }, labels: 48, staleness: 'some', offPolicyness: 'some' },
  'offline': { fields: { sampling: 'offline' }, labels: 0 },
  'ordered replay': { fields: replay('ordered'), labels: 0, staleness: 'none' },
  'shuffled replay': { fields: replay('shuffled'), labels: 0, staleness: 'some', offPolicyness: 'some' },
  'replay in windows': { fields: replay({ window: 2 }), labels: 0, staleness: 'some', offPolicyness: 'some' },
  "policies' pairs": { fields: { sampling: 'offline', data: { kind: 'policies', policies: [{ name: 'early', step: 2 }, { name: 'final', step: 6 }], recording: RECORDED } }, labels: 0, offPolicyness: 'some' },
  'pairs of the reference': { fields: { sampling: 'offline', data: { kind: 'policies', policies: [{ name: 'sft', step: 0 }, { name: 'sft', step: 0 }], recording: RECORDED } }, labels: 0, offPolicyness: 'some' },
  'a mixture with golden pairs': { fields: { sampling: 'mixed', onlineShare: 0.5 }, labels: 24 },
  'a mixture with replayed pairs': { fields: { sampling: 'mixed', onlineShare: 0.25, data: { kind: 'replay', order: 'shuffled', recording: RECORDED } }, labels: 12, staleness: 'some', offPolicyness: 'some' },
  'offline with KL on samples': { fields: { sampling: 'offline', onPolicyKl: 0.5 }, labels: 0 },
};

const CASES = (['ipo', 'ipo-azar', 'dpo', 'slic', 'best-of-2', 'rloo'] as const).flatMap((objective) =>
  Object.entries(SOURCES).flatMap(([name, source]) => (objective === 'rloo' && !name.endsWith('online') ? [] : [{ objective, name, ...source }])),
);

describe('six steps', () => {
  it.each(CASES)('$objective, $name', async ({ objective, fields, labels, staleness, offPolicyness }) => {
    const run = await train({ ...fields, objective });
    expect(metric(run, 'kl')).toBeGreaterThan(1e-5);
    expect(Number.isFinite(metric(run, 'loss'))).toBe(true);
    expect(metric(run, 'samplesLabelled')).toBe(labels);
    const seen = (value: number | undefined): string | undefined => (value === undefined ? undefined : value > 1e-4 ? 'some' : 'none');
    expect(seen(metric(run, 'staleness'))).toBe(staleness);
    if (offPolicyness !== undefined || staleness === undefined) expect(seen(metric(run, 'offPolicyness'))).toBe(offPolicyness);
  });
});

describe('the ordered replay of an online run', () => {
  it.each(['ipo', 'dpo', 'best-of-2'] as const)('is that run to the last bit (%s)', async (objective) => {
    const recording = { ...RECORDED, objective };
    const online = await train({ sampling: 'online', objective });
    const replayed = await train({ sampling: 'offline', objective, data: { kind: 'replay', order: 'ordered', recording } });
    expect(firstDivergence(online, replayed)).toEqual({ steps: [0, 3, 6], largest: [] });
    // What it replays, it would have written: only the kernels' other order of rows is between the two.
    expect(metric(replayed, 'offPolicyness')).toBeLessThan(1e-4);
  });

  it('of another seed is another run', async () => {
    const [online, replayed] = [await train({ sampling: 'online' }), await train({ ...replay('ordered'), seed: 2 })];
    expect(firstDivergence(online, replayed).first?.step).toBe(3);
  });
});

describe('sizes', () => {
  it.each(Object.entries(POLICY_SHAPES))('a %s policy trains', async (_, policy) => {
    const small = BASE.policy;
    const run = await train({ policy, steps: 2, checkpointSteps: [0, 2], sampling: 'semi-online', syncEvery: 2, stages: { ...BASE.stages, proxyPolicy: small, opponentPolicy: small } });
    expect(metric(run, 'kl')).toBeGreaterThan(1e-6);
  });

  it('an opponent of another size is the same opponent for policies of every size, and shares the reference policy of its own size', async () => {
    const small = BASE.policy;
    const opponentPolicy = { ...small, width: 8 };
    const plan = async (fields: Fields) => {
      const config = { ...BASE, ...fields };
      return new Pipeline({ config, task: await loadTask(config.task), backend, store: new ArtefactStore(path.join(folder, 'artefacts')), report: () => undefined }).plan;
    };
    const [one, other, own] = [
      await plan({ stages: { ...BASE.stages, opponentPolicy, proxyPolicy: small } }),
      await plan({ policy: { ...small, layers: 2 }, stages: { ...BASE.stages, opponentPolicy, proxyPolicy: small } }),
      await plan({ policy: opponentPolicy }),
    ];
    expect(one['golden-policy']?.digest).toBe(other['golden-policy']?.digest);
    expect(one.proxy?.digest).toBe(other.proxy?.digest);
    expect(one['opponent-sft']?.digest).toBe(own.sft?.digest);
    expect(one['golden-policy']?.digest).toBe(own['golden-policy']?.digest);
    expect(one.sft?.digest).not.toBe(other.sft?.digest);
    // What a study without any of this had is what it has.
    expect((await plan({ stages: { ...BASE.stages, proxyPolicy: small, opponentPolicy: small } })).proxy?.digest).toBe((await plan({})).proxy?.digest);
    const run = await train({ stages: { ...BASE.stages, opponentPolicy, proxyPairs: 20, proxyPolicy: opponentPolicy } });
    expect(run.checkpoints[0]?.metrics.winRateVsReference?.value).toBe(0.5);
  });
});
