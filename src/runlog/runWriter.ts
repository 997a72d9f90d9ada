/** Writes a run directory: the manifest, the append-only metrics, the samples. */
import path from 'node:path';
import type { RunEvent, RunManifest, SampleRecord } from '../core/run/events';
import { AppendFile, type WriteBytes } from './appendFile';
import { writeFileAtomic } from './atomic';
import { RunLogError } from './errors';
import { readRunManifest } from './manifests';
import { METRICS_FILE, RUN_FILE, SAMPLES_FILE } from './paths';

export type ManifestPatch = Partial<Pick<RunManifest, 'engine' | 'artefacts' | 'stageFacts' | 'codeCommit'>>;

export interface RunWriterOptions {
  /** In place of the system's write; for tests of full disks. */
  readonly write?: WriteBytes;
}

export class RunWriter {
  private lastCheckpoint: number | undefined;
  private samples: AppendFile | undefined;

  private constructor(
    readonly directory: string,
    private manifest: RunManifest,
    private readonly metrics: AppendFile,
    private readonly options: RunWriterOptions,
  ) {}

  /** A new run directory. @throws RunLogError */
  static async create(directory: string, manifest: RunManifest, options: RunWriterOptions = {}): Promise<RunWriter> {
    await writeFileAtomic(path.join(directory, RUN_FILE), manifestText(manifest));
    return RunWriter.open(directory, options);
  }

  /** A planned or begun run, to append to. @throws RunLogError where there is no run, or it cannot be written */
  static async open(directory: string, options: RunWriterOptions = {}): Promise<RunWriter> {
    const manifest = await readRunManifest(directory);
    return new RunWriter(directory, manifest, openLog(path.join(directory, METRICS_FILE), options), options);
  }

  /** One line, one write; what must survive a power cut (a checkpoint, an end) is flushed to the disk. @throws RunLogError */
  append(event: RunEvent): void {
    this.guard(this.metrics.path, () => {
      this.metrics.append(`${JSON.stringify(event)}\n`);
      if (event.event !== 'progress') this.metrics.sync();
    });
    if (event.event === 'checkpoint') this.lastCheckpoint = event.step;
  }

  /** All samples of a checkpoint in one write. @throws RunLogError */
  appendSamples(records: readonly SampleRecord[]): void {
    if (records.length === 0) return;
    const samples = (this.samples ??= openLog(path.join(this.directory, SAMPLES_FILE), this.options));
    this.guard(samples.path, () => { samples.append(records.map((record) => `${JSON.stringify(record)}\n`).join('')); });
  }

  /** Replaces `run.json` as a whole. @throws RunLogError */
  async updateManifest(patch: ManifestPatch): Promise<void> {
    this.manifest = { ...this.manifest, ...patch };
    await writeFileAtomic(path.join(this.directory, RUN_FILE), manifestText(this.manifest));
  }

  close(): void {
    this.metrics.close();
    this.samples?.close();
  }

  private guard(file: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      const safe = this.lastCheckpoint === undefined ? 'What was written before is safe' : `Nothing was lost up to step ${this.lastCheckpoint}`;
      throw new RunLogError('Could not write the log', file, `${safe}; make room or check the permissions, then resume the run.`, error);
    }
  }
}

const manifestText = (manifest: RunManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

function openLog(file: string, options: RunWriterOptions): AppendFile {
  try {
    return AppendFile.open(file, options.write);
  } catch (error) {
    throw new RunLogError('Could not open the log for writing', file, 'Check that you may write to it, then resume the run.', error);
  }
}
