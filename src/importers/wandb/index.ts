/** W&B's offline runs: the binary log, and the plain files beside it. */
import path from 'node:path';
import type { Detection, Importer, Look, LogReader, RawLog, ReadOptions } from '../contract';
import { ImportError } from '../errors';
import { lastWritten, ofFile, versionOf } from '../files';
import { lookAt } from '../look';
import { isWandb } from './blocks';
import { readPlainFiles } from './files';
import { rawLog } from './model';
import { WandbTail } from './read';

const BINARY = /\.wandb$/;
/** `[offline-]run-<time>-<id>` */
const RUN_FOLDER = /^(?:offline-)?run-\d{8}_\d{6}-(.+)$/;
const PLAIN = ['wandb-summary.json', 'config.yaml'];

export const wandb: Importer = { source: 'wandb', detect, open: (target) => new RunReader(target) };

async function detect(look: Look): Promise<Detection[]> {
  if (look.kind === 'file') {
    const isOne = BINARY.test(look.path) || isWandb(await look.head());
    return isOne ? [{ source: 'wandb', path: look.path, reason: 'it is a .wandb file', confidence: 1, covers: [path.basename(look.path)] }] : [];
  }
  const binary = look.entries.find(({ name, kind }) => kind === 'file' && BINARY.test(name));
  const own = look.entries.map(({ name }) => name).filter((name) => BINARY.test(name) || name === 'files' || name === 'logs' || name === 'tmp');
  if (binary !== undefined) return [{ source: 'wandb', path: look.path, reason: `${binary.name} is W&B's binary log`, confidence: 1, covers: own }];
  if (!RUN_FOLDER.test(path.basename(look.path))) return [];
  const inside = (await look.inside('files')).find(({ name }) => PLAIN.includes(name));
  return inside === undefined ? [] : [{ source: 'wandb', path: look.path, reason: `the folder is named as W&B names a run's, and files/${inside.name} is there`, confidence: 0.95, covers: own }];
}

class RunReader implements LogReader {
  private tail: WandbTail | undefined;
  private plainVersion = '';

  constructor(private readonly target: string) {}

  async refresh(options: ReadOptions = {}): Promise<readonly RawLog[] | undefined> {
    const { binary, files } = await this.find();
    if (binary !== undefined && binary !== this.tail?.path) this.tail = new WandbTail(binary);
    const grown = await this.tail?.refresh(ofFile(this.tail.path, options));
    const version = await versionOf(PLAIN.map((name) => path.join(files, name)));
    if (grown !== true && version === this.plainVersion) return undefined;
    this.plainVersion = version;
    return [await this.log(files)];
  }

  /** The binary log, where it is, and the folder of the plain files. */
  private async find(): Promise<{ binary?: string; files: string }> {
    const look = await lookAt(this.target);
    const folder = look.kind === 'file' ? path.dirname(look.path) : look.path;
    const files = path.join(folder, 'files');
    if (look.kind === 'file') return { binary: look.path, files };
    const found = look.entries.find(({ name, kind }) => kind === 'file' && BINARY.test(name));
    if (found !== undefined) return { binary: path.join(look.path, found.name), files };
    if ((await look.inside('files')).length > 0) return { files };
    throw new ImportError('No W&B run is here any more.', this.target, 'Check the folder.');
  }

  private async log(files: string): Promise<RawLog> {
    const { tail } = this;
    const modifiedAt = await lastWritten([tail?.path ?? files]);
    return rawLog({
      path: this.target,
      runId: this.runId(),
      plain: await readPlainFiles(files),
      warnings: tail?.warnings() ?? [],
      ...(tail === undefined ? {} : { log: tail.log }),
      ...(modifiedAt === undefined ? {} : { modifiedAt }),
    });
  }

  /** As its folder is named, else as its file is. */
  private runId(): string {
    const base = path.basename(this.tail?.path ?? this.target);
    return RUN_FOLDER.exec(path.basename(this.target))?.[1] ?? base.replace(BINARY, '').replace(/^run-/, '');
  }
}
