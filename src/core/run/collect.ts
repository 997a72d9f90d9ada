/** From the events of `metrics.jsonl` to a canonical `Run`. Pure; never throws on events that passed `readEvent`. */
import { estimateOf } from './estimate';
import type { CheckpointEvent, RunEvent, RunManifest } from './events';
import { judgeWarnings } from './judge';
import { METRIC_NAMES, type MetricName } from './metrics';
import type { Checkpoint, PromptOutcomes, Run, RunStatus, RunWarning } from './types';

export interface CollectInput {
  readonly manifest: RunManifest;
  /** Absolute path of the run directory. */
  readonly path: string;
  /** In the order of the file. */
  readonly events: readonly RunEvent[];
  /** Of the process that the last `started` event names. */
  readonly process: 'alive' | 'gone' | 'never-started';
  readonly orchestratorAlive: boolean;
  /** What reading the lines already found. */
  readonly warnings?: readonly RunWarning[];
}

export function collectRun(input: CollectInput): Run {
  const { manifest, events } = input;
  const { config } = manifest;
  const last = lastAttempt(events);
  const status = statusOf(input, last);
  const failure = last.end?.event === 'failed' ? last.end.message : undefined;
  return {
    id: manifest.id,
    name: manifest.name,
    experiment: manifest.experiment,
    path: input.path,
    source: 'alignment-gap',
    status,
    ...(failure === undefined ? {} : { failure }),
    arm: config.arm,
    sampling: config.sampling,
    objective: config.objective,
    beta: config.beta,
    seed: config.seed,
    klBudget: config.klBudget,
    config: { ...config },
    environment: environmentOf(manifest),
    progress: { step: status === 'finished' ? config.steps : last.step, steps: config.steps },
    checkpoints: collectCheckpoints(events),
    warnings: [...judgeWarnings(manifest), ...(input.warnings ?? [])],
    createdAt: manifest.createdAt,
    ...(last.end === undefined ? {} : { endedAt: last.end.time }),
  };
}

type EndEvent = Extract<RunEvent, { event: 'finished' | 'stopped' | 'failed' }>;
interface Attempt {
  readonly step: number;
  readonly end?: EndEvent;
}

/** A `started` begins a new attempt: how the one before it ended counts no more. */
function lastAttempt(events: readonly RunEvent[]): Attempt {
  let attempt: Attempt = { step: 0 };
  for (const event of events) {
    switch (event.event) {
      case 'started':
        attempt = { step: event.fromStep };
        break;
      case 'progress':
      case 'checkpoint':
        attempt = { ...attempt, step: Math.max(attempt.step, event.step) };
        break;
      case 'stopped':
        attempt = { step: event.step, end: event };
        break;
      case 'finished':
      case 'failed':
        attempt = { ...attempt, end: event };
        break;
    }
  }
  return attempt;
}

/** What the run said of its end counts; else whether anybody is still at work on it. A run that never began cannot be lost. */
function statusOf({ process, orchestratorAlive }: CollectInput, { end }: Attempt): RunStatus {
  if (end !== undefined) return end.event;
  switch (process) {
    case 'alive':
      return 'running';
    case 'gone':
      return 'lost';
    case 'never-started':
      return orchestratorAlive ? 'queued' : 'stopped';
  }
}

function environmentOf(manifest: RunManifest): Record<string, unknown> {
  const { engine, artefacts, stageFacts, extensionVersion, codeCommit, launcher } = manifest;
  return {
    ...engine,
    extensionVersion,
    launcher,
    ...(codeCommit === undefined ? {} : { codeCommit }),
    ...(artefacts === undefined ? {} : { artefacts }),
    ...(stageFacts === undefined ? {} : { stages: stageFacts }),
  };
}

/** Ascending, one a step: after a resume steps recur, and the later line wins. */
function collectCheckpoints(events: readonly RunEvent[]): Checkpoint[] {
  const byStep = new Map<number, CheckpointEvent>();
  for (const event of events) if (event.event === 'checkpoint') byStep.set(event.step, event);
  return [...byStep.values()].sort((a, b) => a.step - b.step).map(toCheckpoint);
}

/** A live run is collected anew at every look: an event yields the same object each time, decoded once. */
const decoded = new WeakMap<CheckpointEvent, Checkpoint>();

export function toCheckpoint(event: CheckpointEvent): Checkpoint {
  const known = decoded.get(event);
  if (known !== undefined) return known;
  const checkpoint = decodeCheckpoint(event);
  decoded.set(event, checkpoint);
  return checkpoint;
}

function decodeCheckpoint(event: CheckpointEvent): Checkpoint {
  const outcomes = decodeOutcomes(event.outcomes);
  const metrics: Checkpoint['metrics'] = {};
  const raw: Record<string, number> = {};
  for (const [key, measured] of Object.entries(event.metrics)) {
    raw[key] = measured.value;
    for (const part of ['low', 'high', 'standardError', 'n'] as const) {
      const number = measured[part];
      if (number !== undefined) raw[`${key}.${part}`] = number;
    }
    if (isMetricName(key)) metrics[key] = estimateOf(key, measured, outcomesOf(key, outcomes));
  }
  return { step: event.step, metrics, raw, ...(outcomes === undefined ? {} : { outcomes }) };
}

const isMetricName = (key: string): key is MetricName => (METRIC_NAMES as string[]).includes(key);

function outcomesOf(name: MetricName, outcomes: PromptOutcomes | undefined): Float64Array | undefined {
  if (name === 'winRate') return outcomes?.win;
  return name === 'proxyWinRate' ? outcomes?.proxyWin : undefined;
}

function decodeOutcomes(raw: CheckpointEvent['outcomes']): PromptOutcomes | undefined {
  if (raw === undefined) return undefined;
  return {
    ...(raw.win === undefined ? {} : { win: decodeDigits(raw.win) }),
    ...(raw.proxyWin === undefined ? {} : { proxyWin: decodeDigits(raw.proxyWin) }),
    ...(raw.kl === undefined ? {} : { kl: Float64Array.from(raw.kl) }),
  };
}

/** One digit a prompt: 2 win, 1 tie, 0 loss → 1, 0.5, 0. */
const decodeDigits = (digits: string): Float64Array => Float64Array.from({ length: digits.length }, (_, i) => (digits.charCodeAt(i) - 48) / 2);
