/** Starts measuring training processes, alone and beside each other, and gathers what they say. Nothing is measured in this process. */
import { spawn } from 'node:child_process';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { COMPARE, type BenchAnswer, type BenchRequest, type MeasuredBackend, type Pace, type Speeds, type StageDigests, type StudyCosts } from '../core/estimate';
import type { BackendName, RunConfig } from '../core/experiment/config';
import type { PolicyShape } from '../core/experiment/schema';
import { LaunchError } from './errors';

export interface BenchOptions {
  /** `dist/trainer.js`. */
  readonly trainerPath: string;
  /** About how long each kind of step is repeated, s. */
  readonly seconds: number;
  /** Aborted: the measuring processes are ended. */
  readonly signal?: AbortSignal;
}

export interface MeasuredStudy {
  readonly backend: MeasuredBackend;
  readonly costs: StudyCosts;
  readonly pace: Pace;
  readonly digests: StageDigests;
  readonly speeds: Speeds;
}

/** Every kind of step of the study alone, and one of them beside as many others as will run: what `jobs` processes do to each other. */
export async function measureStudy(config: RunConfig, jobs: number, options: BenchOptions): Promise<MeasuredStudy> {
  const { seconds } = options;
  // Two at least, also where one was asked for: the same measurements serve other numbers of processes.
  const processes = Math.min(Math.max(2, jobs), os.availableParallelism());
  const measuring = new Measuring({ kind: 'study', config, seconds }, options);
  const companions = Array.from({ length: processes - 1 }, () => new Measuring({ kind: 'companion', config, seconds }, options));
  try {
    const [study] = await Promise.all([measuring.next('study'), ...companions.map((one) => one.next('companion'))]);
    const { backend, costs, alone, digests, speeds } = study;
    const cores = os.availableParallelism();
    if (companions.length === 0) return { backend, costs, digests, speeds, pace: { alone, together: alone, processes, cores } };
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await meanStep([measuring, ...companions]));
    const wall = rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
    return { backend, costs, digests, speeds, pace: { alone, together: Math.max(alone, wall / costs.updateStep), processes, cores } };
  } finally {
    for (const one of [measuring, ...companions]) one.end();
  }
}

/** In each, all begin anew together: nobody is alone at the end for long. The middle one counts, for other work comes in bursts. */
const ROUNDS = 3;

async function meanStep(processes: readonly Measuring[]): Promise<number> {
  for (const one of processes) one.say(COMPARE);
  const answers = await Promise.all(processes.map((one) => one.next('compared')));
  return answers.reduce((sum, { seconds }) => sum + seconds, 0) / answers.length;
}

/** Policies of several sizes on one backend, or why it cannot be used. */
export async function measureSpeeds(backend: BackendName, policies: Readonly<Record<string, PolicyShape>>, options: BenchOptions): Promise<Answer<'speeds' | 'unavailable'>> {
  const measuring = new Measuring({ kind: 'speeds', backend, policies, seconds: options.seconds }, options);
  try {
    return await measuring.next('speeds', 'unavailable');
  } finally {
    measuring.end();
  }
}

type Answer<K extends BenchAnswer['kind']> = Extract<BenchAnswer, { kind: K }>;

/** One training process that measures, spoken to by lines. */
class Measuring {
  private readonly child;
  private readonly lines;
  private said = '';

  constructor(request: BenchRequest, { trainerPath, signal }: BenchOptions) {
    this.child = spawn(process.execPath, [trainerPath, 'bench'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    });
    this.child.stderr.on('data', (data: Buffer) => void (this.said = `${this.said}${data.toString()}`.slice(-4096)));
    // A process that died has closed its input: what it said tells why, not the broken pipe.
    this.child.stdin.on('error', () => undefined);
    this.child.on('error', (error) => void (this.said = error.message));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.say(JSON.stringify(request));
  }

  say(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  async next<K extends BenchAnswer['kind']>(...kinds: readonly K[]): Promise<Answer<K>> {
    for (;;) {
      const line = await this.lines.next();
      if (line.done === true) throw new LaunchError(`The training process could not measure: ${lastLine(this.said)}`, this.child.spawnfile, 'See what works here with: alignment-gap doctor');
      // Native libraries print what they like; our own lines are objects.
      if (!line.value.startsWith('{')) continue;
      const answer = JSON.parse(line.value) as BenchAnswer;
      if (kinds.some((kind) => kind === answer.kind)) return answer as Answer<K>;
    }
  }

  /** It ends when there is nothing more to read; and at once where it is still at work. */
  end(): void {
    this.child.stdin.end();
    this.child.kill('SIGKILL');
  }
}

/** The message of a stack trace, or whatever was said last. */
function lastLine(said: string): string {
  const lines = said.trim().split('\n');
  const message = lines.find((line) => /^(\w+ )?\w*Error: /.test(line)) ?? lines.at(-1);
  return (message ?? '').replace(/^\w*Error: /, '') || 'it ended without a word';
}
