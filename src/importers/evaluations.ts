/**
 * What no trainer logs, measured afterwards: checkpoint events in our own form, in `metrics.jsonl` next to a foreign log. They
 * are joined to the run by step, and go before what the log itself has, for they were measured as the metric says.
 */
import path from 'node:path';
import type { CheckpointEvent, RunEvent } from '../core/run/events';
import { toCheckpoint } from '../core/run/collect';
import type { Checkpoint, Run, RunWarning } from '../core/run/types';
import { eventLine } from '../runlog/eventLine';
import { JsonlTail } from '../runlog/jsonlTail';
import { METRICS_FILE } from '../runlog/paths';
import type { Look } from './contract';
import { beginningOf } from './files';
import { ABSENT_WARNING } from './meaning/missing';
import { isObject } from './values';

const EVENTS: readonly string[] = ['started', 'progress', 'checkpoint', 'finished', 'stopped', 'failed'] satisfies readonly RunEvent['event'][];
const MOST_WARNINGS = 20;

export const isOwnEvent = (line: Readonly<Record<string, unknown>>): boolean =>
  typeof line.event === 'string' && EVENTS.includes(line.event) && (line.event !== 'checkpoint' || isObject(line.metrics));

/** The file's name where it lies in this folder and holds our events. */
export async function evaluationsIn(look: Look): Promise<string[]> {
  if (!look.entries.some(({ name }) => name === METRICS_FILE)) return [];
  return OWN_EVENT.test((await look.head(METRICS_FILE)).toString('utf8')) ? [METRICS_FILE] : [];
}

const OWN_EVENT = /"event": ?"(started|checkpoint|failed)"/;
const HEAD = 4096;

async function hasOwnEvents(file: string): Promise<boolean> {
  try {
    return OWN_EVENT.test((await beginningOf(file, HEAD)).toString('utf8'));
  } catch {
    return false; // not there yet, or the log is a file: nothing was measured
  }
}

export class Evaluations {
  private readonly file: string;
  private readonly tail: JsonlTail<RunEvent>;
  private events = new Map<number, CheckpointEvent>();
  /** By step: what could not be measured, until it is. */
  private failed = new Map<number | undefined, RunWarning>();
  private warnings: RunWarning[] = [];

  /** @param log the folder of a log, or `metrics.jsonl` itself */
  constructor(log: string) {
    this.file = path.basename(log) === METRICS_FILE ? log : path.join(log, METRICS_FILE);
    this.tail = new JsonlTail(this.file, (parsed) =>
      isObject(parsed) && isOwnEvent(parsed) ? eventLine(parsed) : { problems: [] });
  }

  /** @returns whether there is anything new; a file that is not there or no folder has none */
  async refresh(): Promise<boolean> {
    // A trainer's own metrics.jsonl of a million lines is no business of ours, and need not be read twice.
    if (this.events.size === 0 && !(await hasOwnEvents(this.file))) return false;
    const read = await this.tail.read().catch(() => undefined);
    if (read === undefined) return false;
    if (read.restarted) this.forget();
    for (const event of read.values) this.take(event);
    const known = this.events.size > 0 ? read.problems : [];
    this.warnings = [...this.warnings, ...known.map(({ line, message }) => ({ code: 'log-line', message, at: `${METRICS_FILE}:${line}` }))].slice(0, MOST_WARNINGS);
    return read.restarted || read.values.length > 0 || known.length > 0;
  }

  private take(event: RunEvent): void {
    if (event.event === 'failed') this.failed.set(event.step, { code: 'evaluations', message: event.message, at: METRICS_FILE });
    if (event.event !== 'checkpoint') return;
    this.events.set(event.step, event);
    this.failed.delete(event.step);
  }

  private forget(): void {
    this.events.clear();
    this.failed.clear();
    this.warnings = [];
  }

  /** @param of how many runs the log has: evaluations name no run, so they belong to a single one only */
  addTo(run: Run, of: number): Run {
    if (this.events.size + this.failed.size === 0) return run;
    if (of > 1) return { ...run, warnings: [...run.warnings, { code: 'evaluations', message: 'The log holds several runs: evaluations beside it cannot be told apart and are left out.', at: METRICS_FILE }] };
    const checkpoints = joined(run.checkpoints, [...this.events.values()].map(toCheckpoint));
    const has = (metric: string): boolean => checkpoints.some(({ metrics }) => Object.hasOwn(metrics, metric));
    const warnings = run.warnings.filter(({ code, at }) => code !== ABSENT_WARNING || at === undefined || !has(at));
    return { ...run, checkpoints, warnings: [...warnings, ...[...this.failed.values(), ...this.warnings].slice(0, MOST_WARNINGS)], environment: { ...run.environment, evaluations: METRICS_FILE } };
  }
}

function joined(logged: readonly Checkpoint[], evaluated: readonly Checkpoint[]): Checkpoint[] {
  const bySteps = new Map(logged.map((checkpoint) => [checkpoint.step, checkpoint]));
  for (const checkpoint of evaluated) {
    const before = bySteps.get(checkpoint.step);
    bySteps.set(checkpoint.step, before === undefined ? checkpoint : { ...before, ...checkpoint, metrics: { ...before.metrics, ...checkpoint.metrics }, raw: { ...before.raw, ...evaluationKeys(checkpoint.raw) } });
  }
  return [...bySteps.values()].sort((a, b) => a.step - b.step);
}

/** `kl` of the log and `kl` of the evaluation are two numbers. */
const evaluationKeys = (raw: Checkpoint['raw']): Record<string, number> => Object.fromEntries(Object.entries(raw).map(([key, value]) => [`evaluation/${key}`, value]));
