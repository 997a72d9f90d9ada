/**
 * node test/bench/startup.mjs [repetitions]: how long a training process takes until it trains, on a run whose shared stages
 * are there. Processor time, because wall time is the machine's; startup/clock.cjs notes both from outside the trainer.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.mjs';

const GOAL = 300;
const EXPERIMENT = 'startup';
const ARMS = ['online', 'offline'];
const folder = path.join(root, 'test-results', 'startup');

/** @param {string[]} args */
function node(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}

/** The default study cut down to one step a run. The stages are found again the next time. @returns {Record<string, string>} */
function prepareRuns() {
  node('esbuild.mjs', '--production');
  const file = path.join(folder, `${EXPERIMENT}.alignment.json`);
  const arms = ARMS.map((name) => ({ name, sampling: name, objective: 'ipo', learningRate: 0.001 }));
  mkdirSync(folder, { recursive: true });
  rmSync(path.join(folder, EXPERIMENT), { recursive: true, force: true });
  writeFileSync(file, JSON.stringify({ name: EXPERIMENT, task: 'summarisation', policy: 'small', arms, beta: [0.1], seeds: [1], steps: 1, checkpoints: [1] }));
  node('dist/cli.js', 'run', file, '--out', folder);
  const runs = readdirSync(path.join(folder, EXPERIMENT), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries(ARMS.map((arm) => [arm, path.join(folder, EXPERIMENT, runs.find(({ name }) => name.startsWith(arm))?.name ?? arm)]));
}

/**
 * ms from the start of the process. The evaluation of the untrained policy comes before the first step.
 * @param {string} run
 */
function startOnce(run) {
  for (const name of readdirSync(run)) if (name !== 'run.json') rmSync(path.join(run, name), { recursive: true });
  const clock = path.join(folder, 'clock.jsonl');
  rmSync(clock, { force: true });
  const { status, stderr } = spawnSync(process.execPath, ['--require', path.join(import.meta.dirname, 'startup/clock.cjs'), 'dist/trainer.js', 'run', run], {
    cwd: root, encoding: 'utf8', env: { ...process.env, BENCH_CLOCK: clock },
  });
  if (status !== 0) throw new Error(`The trainer ended with ${status} in ${run}:\n${stderr}`);
  const events = readFileSync(clock, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  const started = events.find(({ event }) => event === 'started');
  const untrained = events.find(({ event }) => event === 'checkpoint');
  return {
    running: started.processor,
    firstStep: untrained.processor,
    wall: untrained.wall,
  };
}

/** @param {number[]} values */
function summary(values) {
  const sorted = values.map(Math.round).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return { median, text: `${median} [${sorted[0]}–${sorted.at(-1)}]` };
}

const COLUMNS = /** @type {const} */ ({ running: 'program runs', firstStep: 'first training step', wall: 'the same, wall time' });
const repetitions = Number(process.argv[2] ?? 7);
const runs = prepareRuns();
const times = Object.fromEntries(ARMS.map((arm) => [arm, /** @type {ReturnType<typeof startOnce>[]} */ ([])]));
for (let i = 0; i < repetitions; i += 1) for (const arm of ARMS) times[arm]?.push(startOnce(runs[arm] ?? ''));

const line = (/** @type {string[]} */ cells) => console.log(cells.map((cell) => cell.padEnd(20)).join('  ').trimEnd());
console.log(`processor ms from the start of the trainer's process, median of ${repetitions} and range`);
line(['arm', ...Object.values(COLUMNS)]);
for (const arm of ARMS) {
  const of = (/** @type {keyof typeof COLUMNS} */ what) => summary((times[arm] ?? []).map((time) => time[what]));
  line([arm, ...Object.keys(COLUMNS).map((what) => of(/** @type {keyof typeof COLUMNS} */ (what)).text)]);
  const { median } = of('firstStep');
  console.log(median <= GOAL ? `  within the goal of ${GOAL} ms` : `  misses the goal of ${GOAL} ms to the first training step by ${median - GOAL} ms`);
}
