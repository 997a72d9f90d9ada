/**
 * What every importer keeps to. One folder an importer: `raw.ts` has the types of what is written, `read.ts` turns bytes into
 * raw records, `model.ts` (pure) turns raw records into a `RawLog`; `meaning/` makes the canonical run of it, the same for all.
 */
import type { RunSource, RunStatus, RunWarning, Sampling } from '../core/run/types';
import type { MetricName } from '../core/run/metrics';

export type ForeignSource = Exclude<RunSource, 'alignment-gap'>;

/** One log that can be read: a file, or a folder whose files belong together. */
export interface Detection {
  readonly source: ForeignSource;
  /** Absolute path of the file or folder that the importer will open. */
  readonly path: string;
  /** For people: which file or key gave it away. */
  readonly reason: string;
  /** 0 to 1; 1 is a file that only this source writes. */
  readonly confidence: number;
  /**
   * Names directly inside the folder that belong to this log: not searched for further logs of any source.
   * A claim of a single file names it here, so that weaker claims on the same file fall away.
   */
  readonly covers?: readonly string[];
}

/** A folder (its direct entries) or a file, as detection sees it: names first, contents only where asked. */
export interface Look {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** Names directly inside a folder, in natural order; empty for a file. */
  readonly entries: readonly LookEntry[];
  /** Beginning of this file, or of one inside this folder; at most 64 KiB; empty where it cannot be read. Cached. */
  head(name?: string): Promise<Buffer>;
  /** Direct entries of a folder inside this one, for marks that lie deeper. */
  inside(name: string): Promise<readonly LookEntry[]>;
}

export interface LookEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

export interface ImportProgress {
  readonly path: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

export interface ReadOptions {
  /** Aborting rejects with the signal's reason; the next refresh begins anew. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface OpenOptions {
  /** Of CSV and JSONL: which column is what. Others ignore it. */
  readonly mapping?: Mapping;
}

export interface ImportOptions extends ReadOptions, OpenOptions {
  /** Only this source is considered; without it, the most confident one for each log. */
  readonly source?: ForeignSource;
  /** What the user says single logs are, by the absolute path of the log or of one of its candidates; the others are detected. */
  readonly sources?: Readonly<Record<string, ForeignSource>>;
  /** Called with the runs of one log before canonical runs are made of them: to keep fewer rows than the readers do. */
  readonly prepare?: (logs: readonly RawLog[]) => readonly RawLog[];
}

/** What the user says a plain table means; kept as `<log>.mapping.json` next to the log. */
export interface Mapping {
  /** The column of the x-axis. */
  readonly step?: string;
  /** The column that names the run, where one file holds several. */
  readonly run?: string;
  readonly metrics: Readonly<Partial<Record<MetricName, string | MappedColumn>>>;
  readonly sampling?: Sampling;
  readonly objective?: string;
  readonly beta?: number;
  readonly seed?: number;
  readonly name?: string;
}
export interface MappedColumn {
  readonly column: string;
  readonly estimator?: string;
  /** Column with the number of samples, pairs or prompts behind the value. */
  readonly n?: string;
  readonly low?: string;
  readonly high?: string;
  readonly scale?: number;
}

export interface Importer {
  readonly source: ForeignSource;
  /** Claims on this file, or on this folder or files directly in it. Never throws for odd content: no claim is an answer. */
  detect(look: Look): Promise<readonly Detection[]>;
  /** Opens nothing yet: reading happens in `refresh`. */
  open(path: string, options: OpenOptions): LogReader;
}

/** One log, read from where the last reading stopped. Calls must not overlap. */
export interface LogReader {
  /**
   * Reads what was appended since the last complete record.
   * @returns what this log tells of its runs, or undefined where nothing has changed. What could not be read is a warning of the run.
   * @throws ImportError only where nothing at all can be read
   */
  refresh(options?: ReadOptions): Promise<readonly RawLog[] | undefined>;
}

/** One row of numbers as logged, under their raw names. */
export interface RawRow {
  readonly step: number;
  /** NaN and ±Infinity kept. */
  readonly values: Readonly<Record<string, number>>;
  /** Seconds since the epoch, where the log says. */
  readonly time?: number;
  /** Seconds of training so far, where the log says that instead. */
  readonly elapsed?: number;
}

/** A run as its log tells it: numbers under raw names, and what lies around them. `meaning/` makes a `Run` of it. */
export interface RawLog {
  readonly source: ForeignSource;
  /** Absolute path of the log, and, where one log holds several runs, what tells this one apart. */
  readonly path: string;
  readonly part?: string;
  /** Default: from the path. */
  readonly name?: string;
  readonly experiment?: string;
  /** Any order; several rows of one step are joined, the later value of a key wins. */
  readonly rows: readonly RawRow[];
  /** Arguments of the trainer, as plain JSON; secrets are taken out (`withoutSecrets`). */
  readonly config: Readonly<Record<string, unknown>>;
  /** Tags of a model card and the like, which name the algorithm: `dpo`, `online-dpo`, `grpo`. */
  readonly tags?: readonly string[];
  /** Files that were read, relative to the path; framework and versions where known. */
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly totalSteps?: number;
  /** Default: that of the last row. */
  readonly lastStep?: number;
  /** Where the log says how it ended; else it is guessed from its age. */
  readonly status?: RunStatus;
  readonly failure?: string;
  /** Milliseconds since the epoch of the last write. */
  readonly modifiedAt?: number;
  readonly createdAt?: string;
  readonly endedAt?: string;
  /** The axis that `step` counts in; default `policy updates`. */
  readonly axis?: StepAxis;
  readonly mapping?: Mapping;
  readonly warnings: readonly RunWarning[];
}

export type StepAxis = 'policy updates' | 'rollout batches' | 'examples' | 'episodes' | 'tokens' | 'rows' | 'unknown';
