/** The measuring of the real training process: every kind of step of tiny studies, and the pure parts by themselves. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPARE, runCost, type BenchAnswer, type BenchRequest } from '../../../../src/core/estimate';
import { POLICY_SHAPES, type RunConfig } from '../../../../src/core/experiment';
import { linesIn } from '../../../../src/training/bench/data';
import { expectedLongest } from '../../../../src/training/bench/lengths';
import { timeStep, timeSteps } from '../../../../src/training/bench/timer';
import { shorten } from '../../../../src/training/bench/work';
import { END, PAD, SEPARATOR, responseLengths } from '../../../../src/training/rows';
import { bundleTrainer, planRun, startTrainer, TINY_CONFIG } from '../support/trainer';

let folder: string;
let trainer: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  trainer = await bundleTrainer(folder);
}, 60_000);
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

/** One measuring process: the request, further lines, all that it answered. */
async function bench(request: BenchRequest, ...lines: readonly string[]): Promise<{ code: number | null; answers: BenchAnswer[]; stderr: string }> {
  const child = spawn(process.execPath, [trainer, 'bench'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => void (said.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => void (said.err += data.toString()));
  child.stdin.end([JSON.stringify(request), ...lines, ''].join('\n'));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, answers: said.out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as BenchAnswer), stderr: said.err };
}

const config: RunConfig = { ...TINY_CONFIG, backend: 'wasm' };
const numbersIn = (value: unknown): number[] => (typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [Number(value)]);

describe('a study of the built-in task', () => {
  it('has all its costs, none of them nothing, and the digests of the very stages that its runs will use', async () => {
    const { code, answers } = await bench({ kind: 'study', config, seconds: 0.02 }, COMPARE, COMPARE);
    expect(code).toBe(0);
    expect(answers.map(({ kind }) => kind)).toEqual(['study', 'compared', 'compared']);
    const [study] = answers as [Extract<BenchAnswer, { kind: 'study' }>];
    const { warmUp, ...costs } = study.costs;
    expect(numbersIn(costs).filter((number) => !(number > 0))).toEqual([]);
    expect(warmUp).toBeGreaterThanOrEqual(0);
    expect(study.costs).toMatchObject({ pairs: { train: 200, heldOut: 64 }, preferenceStep: { proxy: expect.any(Number) as number } });
    expect(study.costs.preferenceStep.golden).toBeUndefined();
    expect(study.backend).toMatchObject({ name: 'wasm' });
    expect(runCost(config, study.costs).seconds).toBeGreaterThan(60 * study.costs.updateStep);

    const run = await planRun(path.join(folder, 'runs'), { ...config, steps: 1, checkpointSteps: [0, 1] });
    expect((await startTrainer(trainer, ['run', run]).ended).code).toBe(0);
    expect(readdirSync(path.join(folder, 'runs', '.artifacts')).sort()).toEqual(Object.values(study.digests).sort());
  }, 120_000);
});

describe('a study of one\'s own pairs', () => {
  const pairs = Array.from({ length: 40 }, (_, i) => JSON.stringify({ prompt: `what is ${i}`, chosen: `it is number ${i}`, rejected: 'no idea at all' }));
  const of = (file: string): RunConfig => ({ ...config, task: { pairs: file, promptTokens: 8, responseTokens: 8, vocabulary: 64 } });

  it('has a golden preference model to learn, and as many pairs as the file', async () => {
    const file = path.join(folder, 'pairs.jsonl');
    writeFileSync(file, `${pairs.join('\n')}\n`);
    const { code, answers } = await bench({ kind: 'study', config: of(file), seconds: 0.02 });
    expect(code).toBe(0);
    const [study] = answers as [Extract<BenchAnswer, { kind: 'study' }>];
    expect(study.costs.pairs).toEqual({ train: 32, heldOut: 8 });
    expect(study.costs.preferenceStep.golden).toBeGreaterThan(0);
  }, 60_000);

  it('is judged by the file\'s beginning where that is large', async () => {
    const file = path.join(folder, 'many.jsonl');
    writeFileSync(file, `${Array.from({ length: 1000 }, () => pairs.join('\n')).join('\n')}\n`);
    const { answers } = await bench({ kind: 'study', config: of(file), seconds: 0.02 });
    const [study] = answers as [Extract<BenchAnswer, { kind: 'study' }>];
    const { train, heldOut } = study.costs.pairs;
    expect(heldOut).toBe(64);
    expect(Math.abs(train + heldOut - 40_000)).toBeLessThan(400);
  }, 60_000);

  it('that is not there is said, exit 1', async () => {
    const { code, answers, stderr } = await bench({ kind: 'study', config: of(path.join(folder, 'gone.jsonl')), seconds: 0.02 });
    expect({ code, answers }).toEqual({ code: 1, answers: [] });
    expect(stderr).toContain('gone.jsonl');
  }, 60_000);
});

describe('the machine', () => {
  it('is measured at the sizes asked for', async () => {
    const { code, answers } = await bench({ kind: 'speeds', backend: 'wasm', policies: { tiny: POLICY_SHAPES.tiny }, seconds: 0.02 });
    expect(code).toBe(0);
    expect(answers).toMatchObject([{ kind: 'speeds', policies: { tiny: { languageModel: expect.any(Number) as number } } }]);
    expect(numbersIn((answers[0] as Extract<BenchAnswer, { kind: 'speeds' }>).policies).every((number) => number > 100)).toBe(true);
  }, 60_000);

  it('says why a backend cannot be used', async () => {
    const { answers } = await bench({ kind: 'speeds', backend: 'tensorflow', policies: {}, seconds: 0.02 });
    const [answer] = answers;
    if (answer?.kind === 'speeds') console.warn('Not checked: TensorFlow\'s native backend is there on this machine.');
    else expect(answer).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('tfjs-node') as string });
  }, 60_000);
});

describe('the timer', () => {
  /** A clock that only steps move: by these processor ms, the last one again and again, and by `stretch` times as much wall time. */
  function clockOf(stretch: number) {
    let processor = 0;
    const stepOf = (...durations: readonly number[]) => {
      let calls = 0;
      return () => void (processor += durations[Math.min((calls += 1), durations.length) - 1] ?? 0);
    };
    return { clock: { processor: () => processor, wall: () => processor * stretch }, stepOf };
  }

  it('tells the pace after the first steps, and what those took above it', async () => {
    const { clock, stepOf } = clockOf(1);
    expect(await timeSteps({ a: stepOf(50, 20, 10), b: stepOf(30, 4) }, 0.1, clock)).toEqual({
      costs: { a: expect.closeTo(0.01, 9), b: expect.closeTo(0.004, 9) }, warmUp: expect.closeTo(0.04 + 0.01 + 0.026, 9), pace: 1,
    });
  });

  it('keeps the processor\'s time and that on the wall apart', async () => {
    const { clock, stepOf } = clockOf(3);
    expect(await timeSteps({ a: stepOf(10) }, 0.1, clock)).toEqual({ costs: { a: expect.closeTo(0.01, 9) }, warmUp: expect.closeTo(0, 9), pace: expect.closeTo(3, 9) });
  });

  it('takes two steps at least, however slow they are', async () => {
    const { clock, stepOf } = clockOf(1);
    expect(await timeStep(stepOf(900, 700), 0.1, clock)).toEqual({ processor: expect.closeTo(0.8, 9), wall: expect.closeTo(0.8, 9), steps: 2 });
  });
});

describe('response lengths', () => {
  // Prompt of one token, a separator, three positions for the response.
  const rows = { rows: 3, promptLength: 1, responseLength: 3, tokens: Int32Array.from([[7, SEPARATOR, END, PAD, PAD], [7, SEPARATOR, 8, END, PAD], [7, SEPARATOR, 8, 9, 8]].flat()) };

  it('count the end token', () => expect([...responseLengths(rows)]).toEqual([1, 2, 3]));

  it.each([
    [[1, 2, 3], 1, 2],
    [[4, 4, 4], 10, 4],
    [[1, 2], 2, 1 * 0.25 + 2 * 0.75],
    [[1, 2, 3], 1000, 3],
    [[3, 1, 2], 2, (1 + 2 * 3 + 3 * 5) / 9],
  ])('%j: the longest of %i is %f on average', (lengths, draws, longest) => expect(expectedLongest(lengths, draws)).toBeCloseTo(longest, 6));

  it('are cut to the positions that are sampled', () => {
    expect(shorten(rows, 1)).toEqual({ rows: 3, promptLength: 1, responseLength: 1, tokens: Int32Array.from([7, SEPARATOR, END, 7, SEPARATOR, 8, 7, SEPARATOR, 8]) });
  });
});

describe('lines of a large file', () => {
  const text = `${Array.from({ length: 5000 }, (_, i) => `line number ${i} of a file`).join('\n')}\n`;
  it.each([['plain', Buffer.from(text)], ['compressed', gzipSync(text)]])('are counted by its beginning: %s', async (name, bytes) => {
    const file = path.join(folder, `lines-${name}`);
    writeFileSync(file, bytes);
    expect(Math.abs((await linesIn(file, Math.floor(bytes.length / 2))) - 5000)).toBeLessThan(500);
    expect(await linesIn(file)).toBe(5000);
  });
});
