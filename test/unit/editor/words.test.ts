import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/core/run/types';
import { checkpointDescription, checkpointSentence, experimentDescription, formatValue, runDescription, runSentence, stagesDescription } from '../../../src/editor/explorer/model/words';
import { checkpoint, experiment, run } from './samples';

describe('what a row says', () => {
  it.each<[string, Partial<Run>, string]>([
    ['finished', {}, 'win 0.41 · KL 3.2/5 nats'],
    ['running', { status: 'running', progress: { step: 120, steps: 500 } }, 'win 0.41 · KL 3.2/5 nats · step 120/500'],
    ['queued, nothing measured', { status: 'queued', checkpoints: [] }, 'queued'],
    ['planned, its study gone', { status: 'stopped', checkpoints: [], progress: { step: 0, steps: 500 } }, 'not begun'],
    ['lost', { status: 'lost', progress: { step: 250, steps: 500 } }, 'win 0.41 · KL 3.2/5 nats · lost at step 250/500'],
    ['failed with a long reason', { status: 'failed', checkpoints: [], failure: 'the disk is full\nand more' }, 'failed at step 500/500 · the disk is full'],
    ['without a budget', { klBudget: undefined }, 'win 0.41 · KL 3.2 nats'],
    ['the last checkpoint lacks the win rate', { checkpoints: [checkpoint(0, 0.1, 0), checkpoint(10, undefined, 1)] }, 'win 0.10 · KL 1.0/5 nats'],
  ])('%s', (_, parts, expected) => expect(runDescription(run('a', parts))).toBe(expected));

  it('gives a checkpoint its interval without leading zeros', () => {
    expect(checkpointDescription(checkpoint(250, 0.31, 2.1))).toBe('win 0.31 [.28, .34] · KL 2.1');
    expect(checkpointDescription(checkpoint(250, undefined, 2.1))).toBe('KL 2.1');
    expect(checkpointDescription(checkpoint(250))).toBe('');
  });

  it.each([
    [['finished', 'finished'], '2 runs'],
    [['finished'], '1 run'],
    [['finished', 'running', 'queued', 'queued'], '1 of 4 finished · 1 running · 2 queued'],
    [['failed', 'lost', 'stopped'], '0 of 3 finished · 1 stopped · 1 failed · 1 lost'],
  ] as const)('counts %j', (statuses, expected) => {
    expect(experimentDescription(experiment(statuses.map((status, i) => run(`r${i}`, { status }))))).toBe(expected);
  });

  it('says which stage is at work, and first of all which failed', () => {
    const done = { kind: 'data', state: 'done', fraction: 1 } as const;
    const computing = { kind: 'proxy', state: 'computing', fraction: 0.4 } as const;
    const failed = { kind: 'sft', state: 'failed', fraction: 0.1, message: 'x' } as const;
    expect(stagesDescription(experiment([], { stages: [done, computing] }))).toBe('1 of 2 · Proxy preference model 40%');
    expect(stagesDescription(experiment([], { stages: [done, computing, failed] }))).toBe('Reference policy (SFT) failed');
  });
});

describe('what a screen reader says', () => {
  it('is a sentence with status, step, win rate and KL', () => {
    expect(runSentence(run('a', { status: 'lost', progress: { step: 250, steps: 500 } })))
      .toBe('Run a, lost: its process is gone, step 250 of 500; win rate 0.41; KL used 3.2 of 5 nats');
    expect(checkpointSentence(run('a'), checkpoint(250, 0.31, 2.1)))
      .toBe('Checkpoint at step 250 of run a; win rate 0.31, between 0.28 and 0.34; KL 2.1 nats');
  });
});

it.each([
  [{ value: 0.4, unit: 'fraction' }, '0.40'],
  [{ value: -0.004, unit: 'fraction' }, '-0.00'],
  [{ value: 3.21, unit: 'nats/sequence' }, '3.21'],
  [{ value: -23.456, unit: 'nats' }, '-23.5'],
  [{ value: 500, unit: 'count' }, '500'],
  [{ value: 7.25, unit: 'tokens' }, '7.3'],
  [{ value: 3.25, unit: 's' }, '3.3 s'],
  [{ value: 125.7, unit: 's' }, '126 s'],
  [{ value: 0.25, unit: 'none' }, '0.250'],
] as const)('formats %j as %s', (estimate, expected) => expect(formatValue(estimate)).toBe(expected));
