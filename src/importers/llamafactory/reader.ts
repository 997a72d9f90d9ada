/** Follows a folder of LLaMA-Factory: the growing `trainer_log.jsonl`, and the Trainer's state beside it when it changes. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunWarning } from '../../core/run/types';
import { readArguments } from '../companions';
import type { LogReader, RawLog, ReadOptions } from '../contract';
import { ImportError } from '../errors';
import { isWholeObject } from '../lines/jsonLine';
import { LineTail } from '../lineTail';
import { lookAt } from '../look';
import { excerpt, Problems, unfinishedLine } from '../problems';
import { trainerLog } from '../trl/model';
import { findState, placeVersion, readFolder } from '../trl/read';
import { llamaFactoryLog } from './model';
import { LogLines } from './read';

export const LOG_FILE = 'trainer_log.jsonl';

interface State {
  readonly version: string;
  readonly log: RawLog | undefined;
}

export class LlamaFactoryReader implements LogReader {
  private lines = new LogLines();
  private readonly problems = new Problems(LOG_FILE);
  private tail: LineTail | undefined;
  private state: State = { version: '', log: undefined };
  private before = '';

  constructor(private readonly path: string) {}

  async refresh(options: ReadOptions = {}): Promise<readonly RawLog[] | undefined> {
    const isFile = await stat(this.path).then((found) => found.isFile(), () => false);
    const [folder, file] = isFile ? [path.dirname(this.path), this.path] : [this.path, path.join(this.path, LOG_FILE)];
    this.tail ??= new LineTail(file);
    const read = await this.tail.read((text, line) => this.take(text, line), () => this.restart(), options);
    if (!read.isThere) throw new ImportError(`There is no ${LOG_FILE}.`, file, 'Name the output directory of LLaMA-Factory.');
    this.state = isFile ? this.state : await this.readState(folder, options);
    const signature = [this.tail.position, read.modifiedAt, this.state.version].join(' ');
    if (signature === this.before && !read.restarted) return undefined;
    this.before = signature;
    const { config, files } = await readArguments(folder, (await lookAt(folder)).entries);
    const { lines, unfinished } = this.withLast();
    return [llamaFactoryLog({
      path: this.path, lines, modifiedAt: read.modifiedAt, config,
      ...(this.state.log === undefined ? {} : { state: this.state.log }),
      files: [path.basename(file), ...files], warnings: [...this.problems.warnings(), ...unfinished],
    })];
  }

  /** A state that cannot be read takes nothing from the log of lines. */
  private async readState(folder: string, options: ReadOptions): Promise<State> {
    try {
      const place = await findState(folder);
      const version = await placeVersion(place);
      if (version === this.state.version) return this.state;
      const { folder: trainer, warnings } = await readFolder(place, folder, options);
      return { version, log: trainerLog(trainer, warnings, 'llamafactory') };
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      return { version: 'none', log: undefined };
    }
  }

  private take(text: string | undefined, line: number): void {
    const problem = text === undefined ? 'the line is too long and was passed over' : this.lines.take(text);
    if (problem !== undefined) this.problems.add(`${problem}: ${excerpt(text ?? '')}`, line);
  }

  private restart(): void {
    this.lines = new LogLines();
    this.problems.clear();
  }

  private withLast(): { lines: LogLines; unfinished: RunWarning[] } {
    const last = this.tail?.unfinished;
    if (last === undefined || last.text?.trim() === '') return { lines: this.lines, unfinished: [] };
    if (last.text === undefined || !isWholeObject(last.text)) return { lines: this.lines, unfinished: [unfinishedLine(LOG_FILE, last)] };
    const lines = this.lines.copy();
    lines.take(last.text);
    return { lines, unfinished: [] };
  }
}
