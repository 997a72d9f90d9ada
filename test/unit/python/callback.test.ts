/** The evaluation callback in real trainings, and its numbers against what can be enumerated; where Python with TRL is installed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { CheckpointEvent } from '../../../src/core/run/events';
import type { Checkpoint, Run } from '../../../src/core/run/types';
import { importLog } from '../../../src/importers';
import { CALLBACK, factsOf, runPython, whyNoPython } from './python';

const MINUTES = 60_000;
const BETA = 0.2;
const PROMPTS = 24;

let absent: string | undefined;
let out: string;

beforeAll(async () => {
  out = mkdtempSync(path.join(tmpdir(), 'alignment-gap-callback-'));
  absent = await whyNoPython();
  if (absent !== undefined) console.warn(`Skipped: ${absent}`);
}, 5 * MINUTES);
afterAll(() => rmSync(out, { recursive: true, force: true }));

function needPython(context: TestContext): void {
  if (absent !== undefined) context.skip(absent);
}

interface Facts {
  readonly absent?: string;
  readonly losses: readonly [readonly number[], readonly number[]];
  readonly sameWeights: boolean;
  readonly evaluations: readonly Readonly<Record<string, number>>[];
}

const trained = new Map<string, Promise<Facts>>();

/** Each training once, whoever looks at it. */
function train(context: TestContext, kind: string): Promise<Facts> {
  needPython(context);
  const facts = trained.get(kind) ?? factsOf('training.py', out, kind).then((printed) => (printed as Record<string, Facts>)[kind]!);
  trained.set(kind, facts);
  return facts;
}

const runFolder = (kind: string): string => path.join(out, kind, 'run');

async function importOne(kind: string): Promise<Run> {
  const runs = await importLog(runFolder(kind));
  expect(runs.map(({ source }) => source)).toEqual(['trl']);
  return runs[0]!;
}

function expectUndisturbed({ losses, sameWeights }: Facts): void {
  expect(losses[0].length).toBeGreaterThan(4);
  expect(losses[1]).toEqual(losses[0]);
  expect(sameWeights).toBe(true);
}

function expectCurve(run: Run): void {
  const evaluated = run.checkpoints.filter(({ metrics }) => metrics.klK1 !== undefined);
  expect(evaluated.map(({ step }) => step)).toEqual([0, 3, 6]);
  for (const { metrics, outcomes } of evaluated) {
    expect(metrics.kl).toMatchObject({ unit: 'nats/sequence', estimator: 'token-exact', n: PROMPTS });
    expect(metrics.klK1).toMatchObject({ unit: 'nats/sequence', estimator: 'k1', n: PROMPTS });
    expect(metrics.winRate).toMatchObject({ n: PROMPTS });
    expect(metrics.winRateVsReference?.n).toBe(PROMPTS);
    expect([outcomes?.win?.length, outcomes?.kl?.length]).toEqual([PROMPTS, PROMPTS]);
    expect(mean(outcomes?.win)).toBeCloseTo(metrics.winRate?.value ?? NaN, 12);
    expect(mean(outcomes?.kl)).toBeCloseTo(metrics.kl?.value ?? NaN, 3);
    expect(Math.abs((metrics.kl?.value ?? NaN) - (metrics.klK1?.value ?? NaN))).toBeLessThanOrEqual(4 * (metrics.klK1?.standardError ?? NaN));
  }
  expect([valueOf(evaluated[0], 'kl'), valueOf(evaluated[0], 'policyAccuracy')]).toEqual([0, 0.5]);
  expect(valueOf(evaluated[2], 'kl')).toBeGreaterThan(0);
  expect(run.warnings.filter(({ code }) => code === 'absent' || code === 'log-line')).toEqual([]);
}

const eventsOf = (file: string): CheckpointEvent[] =>
  readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as CheckpointEvent).filter(({ event }) => event === 'checkpoint');
const valueOf = (checkpoint: Checkpoint | undefined, metric: keyof Checkpoint['metrics']): number => checkpoint?.metrics[metric]?.value ?? NaN;
const mean = (values: Float64Array = new Float64Array()): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("TRL's DPO trainer with the callback", () => {
  it('trains bit for bit as without; KL and win rate are joined to its log, and the classification agrees with TRL’s own', async (context) => {
    const dpo = await train(context, 'dpo');
    expectUndisturbed(dpo);
    const run = await importOne('dpo');
    expectCurve(run);
    expect(dpo.evaluations.map(({ step }) => step)).toEqual([0, 3, 6]);
    for (const row of dpo.evaluations) {
      const checkpoint = run.checkpoints.find(({ step }) => step === row['step']);
      expect(valueOf(checkpoint, 'margin') * BETA).toBeCloseTo(row['eval_rewards/margins']!, 4);
      expect(valueOf(checkpoint, 'logpChosen')).toBeCloseTo(row['eval_logps/chosen']!, 4);
      expect(valueOf(checkpoint, 'logpRejected')).toBeCloseTo(row['eval_logps/rejected']!, 4);
    }
  }, 10 * MINUTES);

  it('its saved checkpoints, by the command line: the same numbers; what is there is not measured again', async (context) => {
    await train(context, 'dpo');
    const file = path.join(out, 'afterwards', 'metrics.jsonl');
    const [prompts, tokenizer] = [path.join(out, 'prompts.jsonl'), path.join(out, 'tokenizer')];
    await factsOf('write_data.py', out);
    const evaluate = (...more: string[]) => runPython(CALLBACK, 'evaluate', '--checkpoints', `${runFolder('dpo')}/checkpoint-*`, '--reference', path.join(out, 'reference'),
      '--prompts', prompts, '--pairs', path.join(out, 'pairs.jsonl'), '--tokenizer', tokenizer, '--max-new-tokens', '8', '--out', file, ...more);
    const reward = ['--reward', 'tiny:redness', '--opponent', path.join(out, 'opponent.jsonl')];
    expect(await evaluate('--step-zero', ...reward)).toMatchObject({ code: 0 });
    const [during, after] = [eventsOf(path.join(runFolder('dpo'), 'metrics.jsonl')), eventsOf(file)];
    expect(after.map(({ step }) => step)).toEqual([0, 3, 6]);
    after.forEach(({ metrics, outcomes }, i) => {
      expect(metrics.kl?.value).toBeCloseTo(during[i]?.metrics.kl?.value ?? NaN, 4);
      expect(outcomes?.win).toEqual(during[i]?.outcomes?.win);
      expect(metrics.policyAccuracy).toEqual(during[i]?.metrics.policyAccuracy);
    });
    expect(await evaluate(...reward)).toMatchObject({ code: 0, stdout: expect.stringContaining('step 6: measured already') as string });
    expect(await evaluate('--again', '--reward', 'tiny:broken')).toMatchObject({ code: 1, stderr: expect.stringContaining('Step 3 was not evaluated. RuntimeError: the judge is not at home') as string });
    expect(await evaluate('--reward', 'tiny:gone')).toMatchObject({ code: 2, stderr: expect.stringContaining('write module:function') as string });
    expect(await runPython(CALLBACK, 'evaluate', '--checkpoints', path.join(out, 'gone'), '--reference', 'gone', '--prompts', prompts)).toMatchObject({ code: 2, stderr: expect.stringContaining('gone is no folder') as string });
    expect(eventsOf(file)).toHaveLength(3);
    const sampled = path.join(out, 'sampled.jsonl');
    expect(await runPython(CALLBACK, 'sample', '--model', path.join(out, 'reference'), '--prompts', prompts, '--tokenizer', tokenizer, '--max-new-tokens', '8', '--out', sampled)).toMatchObject({ code: 0 });
    expect(readFileSync(sampled, 'utf8').trim().split('\n').map((line) => Object.keys(JSON.parse(line) as object))).toEqual(Array(PROMPTS).fill(['prompt', 'completion']));
  }, 10 * MINUTES);

  it('goes on training when the judge fails, and the run says so', async (context) => {
    const failing = await train(context, 'failing');
    expectUndisturbed(failing);
    const run = await importOne('failing');
    expect(run.checkpoints.every(({ metrics }) => metrics.kl === undefined)).toBe(true);
    expect(run.warnings.filter(({ code }) => code === 'evaluations').map(({ message }) => message)).toEqual([0, 3, 6].map((step) => `Step ${step} was not evaluated. RuntimeError: the judge is not at home`));
  }, 10 * MINUTES);
});

describe('other trainers with the callback', () => {
  it.for(['peft', 'online-dpo', 'grpo', 'rloo'])('%s trains bit for bit as without, and has its curve', { timeout: 10 * MINUTES }, async (kind, context) => {
    const facts = await train(context, kind);
    if (facts.absent !== undefined) {
      console.warn(`Skipped: ${facts.absent}`);
      context.skip(facts.absent);
    }
    expectUndisturbed(facts);
    expectCurve(await importOne(kind));
  });
});

describe('the numbers', () => {
  it('are those of the definition, where all responses can be enumerated', async (context) => {
    needPython(context);
    const facts = (await factsOf('exact.py')) as Record<string, number> & { readonly sampledExact: Sampled; readonly sampledK1: Sampled; readonly generationConfig: readonly number[] };
    expect(facts['total']).toBeCloseTo(1, 6);
    expect(facts['expectedTokenExact']).toBeCloseTo(facts['kl']!, 5);
    expect(facts['expectedEntropy']).toBeCloseTo(facts['entropy']!, 5);
    for (const { value, standardError } of [facts.sampledExact, facts.sampledK1]) expect(Math.abs(value - facts['kl']!)).toBeLessThan(4 * standardError);
    expect(facts.sampledExact.standardError).toBeLessThan(facts.sampledK1.standardError);
    expect(facts['frequencies']).toBeGreaterThan(20);
    expect(facts['worstFrequency']).toBeLessThan(4);
    expect(facts['sameInOtherBatches']).toBe(1);
    expect(Math.abs(facts['cutShare']! - facts['cutExpected']!)).toBeLessThan(0.03);
    expect(facts['padding']).toBeLessThan(1e-5);
    expect(facts.generationConfig).toEqual([2, 1.5]); // the model's own, put back
  }, 10 * MINUTES);

  it('and the parts by themselves', async (context) => {
    needPython(context);
    const { code, stderr } = await runPython('units.py');
    expect(stderr.split('\n').filter((line) => line.includes('FAIL') || line.includes('ERROR'))).toEqual([]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Ran \d{2} tests/);
  }, 10 * MINUTES);
});

interface Sampled {
  readonly value: number;
  readonly standardError: number;
}
