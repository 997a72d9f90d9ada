/** Reads logs once or keeps following them: each refresh reads only what was appended. */
import type { Run } from '../core/run/types';
import type { Detection, ForeignSource, ImportOptions, LogReader, RawLog, ReadOptions } from './contract';
import { discover } from './discover';
import { Evaluations } from './evaluations';
import { ImportError } from './errors';
import { isFresh, toRun } from './meaning';
import { importerOf, READABLE_SOURCES } from './registry';

export type LogsRead = Pick<Follower, 'runs' | 'detections' | 'problems'>;

export interface Follower {
  /** All runs as last read, in the order of their logs. */
  readonly runs: readonly Run[];
  /** The candidates of each log, the chosen one first: for showing why, and for choosing another. */
  readonly detections: readonly (readonly Detection[])[];
  /** Problems that concern no run: a log that cannot be read at all, folders not searched. */
  readonly problems: readonly string[];
  /** @returns the runs that changed since the last call: at the first, all. Calls are carried out one after another. */
  refresh(options?: ReadOptions): Promise<readonly Run[]>;
}

/** New logs in a followed folder are looked for no more often than this. */
const SEARCH_EVERY_MS = 5000;

/** All runs of a log, or of a folder of logs. @throws ImportError where there is none, or the only one cannot be read. */
export async function importLog(target: string, options: ImportOptions = {}): Promise<Run[]> {
  return [...(await readLogs(target, options)).runs];
}

/** The same, with the reason why each log was taken for what it is, and what could not be read beside it. */
export async function readLogs(target: string, options: ImportOptions = {}): Promise<LogsRead> {
  const follower = follow(target, options);
  await follower.refresh(options);
  if (follower.runs.length > 0) return follower;
  throw nothingFound(target, follower, options.source);
}

function nothingFound(target: string, { problems }: Follower, source?: ForeignSource): ImportError {
  const [first] = problems;
  if (first !== undefined) return new ImportError(first, target, 'Check the path and that you may read it.');
  const what = source === undefined ? 'No log that can be read was found' : `No ${source} log was found`;
  return new ImportError(`${what} here.`, target, `Name the log's folder or file, or say what it is with --source (${READABLE_SOURCES.join(', ')}). Other formats cannot be read yet: docs/logs.md lists what can.`);
}

/** Opens nothing yet. */
export function follow(target: string, options: ImportOptions = {}): Follower {
  return new LogFollower(target, options);
}

interface Followed {
  readonly candidates: readonly Detection[];
  readonly reader: LogReader;
  readonly evaluations: Evaluations;
  /** As last read. */
  logged: readonly RawLog[];
  /** Which of them could still be running then. */
  fresh: string;
  runs: readonly Run[];
  /** Changed, and not yet handed to whoever follows. */
  isUntold: boolean;
  problem?: string;
}

class LogFollower implements Follower {
  private readonly logs = new Map<string, Followed>();
  private limits: readonly string[] = [];
  private searchedAt = -Infinity;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly target: string,
    private readonly options: ImportOptions,
  ) {}

  get runs(): readonly Run[] {
    return [...this.logs.values()].flatMap(({ runs }) => runs);
  }

  get detections(): readonly (readonly Detection[])[] {
    return [...this.logs.values()].map(({ candidates }) => candidates);
  }

  get problems(): readonly string[] {
    return [...[...this.logs.values()].flatMap(({ problem }) => problem ?? []), ...this.limits];
  }

  refresh(options: ReadOptions = {}): Promise<readonly Run[]> {
    const next = this.queue.then(() => this.look(options));
    this.queue = next.catch(() => undefined);
    return next;
  }

  private async look(options: ReadOptions): Promise<readonly Run[]> {
    if (performance.now() - this.searchedAt >= SEARCH_EVERY_MS) await this.search();
    for (const log of this.logs.values()) {
      options.signal?.throwIfAborted();
      const runs = await this.refreshOne(log, options);
      if (runs === undefined) continue;
      [log.runs, log.isUntold] = [runs, true];
    }
    // Only now: what a look found that was stopped is told by the next.
    const untold = [...this.logs.values()].filter((log) => log.isUntold);
    for (const log of untold) log.isUntold = false;
    return untold.flatMap(({ runs }) => runs);
  }

  /** A log that vanished keeps its runs: what was shown does not disappear because a disk was unmounted. */
  private async search(): Promise<void> {
    const { logs, limits } = await discover(this.target, this.options.source);
    this.searchedAt = performance.now();
    this.limits = limits;
    for (const candidates of logs) {
      const [chosen] = candidates;
      if (this.logs.has(chosen.path)) continue;
      const importer = importerOf(chosen.source);
      if (importer === undefined) continue;
      this.logs.set(chosen.path, { candidates, reader: importer.open(chosen.path, this.options), evaluations: new Evaluations(chosen.path), logged: [], fresh: '', runs: [], isUntold: false });
    }
  }

  /** One log that cannot be read must not hide the others. */
  private async refreshOne(log: Followed, options: ReadOptions): Promise<readonly Run[] | undefined> {
    try {
      const read = await log.reader.refresh(options);
      const evaluated = await log.evaluations.refresh();
      delete log.problem;
      const logged = read ?? log.logged;
      const now = Date.now();
      // A log that is no longer written to changes by that alone: its run has ended.
      const fresh = logged.map(({ modifiedAt }) => isFresh(modifiedAt, now)).join(' ');
      if (read === undefined && !evaluated && fresh === log.fresh) return undefined;
      [log.logged, log.fresh] = [logged, fresh];
      return logged.map((raw) => log.evaluations.addTo(toRun(raw, now), logged.length));
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      log.problem = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }
}
