/** Follows one `.wandb` file from its last whole record. */
import path from 'node:path';
import type { RunWarning } from '../../core/run/types';
import { ByteTail, type ByteReadOptions } from '../../runlog';
import { BlockReader, FILE_HEADER, isWandb } from './blocks';
import { WandbLog } from './history';

const MOST_PROBLEMS = 100;

export class WandbTail {
  log = new WandbLog();
  size = 0;
  private readonly tail: ByteTail;
  private blocks = this.newBlocks();
  private problems: RunWarning[] = [];
  private problemCount = 0;
  private head: Uint8Array = new Uint8Array();

  constructor(readonly path: string) {
    this.tail = new ByteTail(path);
  }

  /** @returns whether there is anything new. @throws RunLogError; the signal's reason */
  async refresh(options: ByteReadOptions = {}): Promise<boolean> {
    const before = this.size;
    const read = await this.tail.read((chunk) => this.take(chunk), { ...options, onRestart: () => this.begin() });
    this.size = read.size;
    return read.restarted || read.size !== before;
  }

  private begin(): void {
    this.log = new WandbLog();
    this.blocks = this.newBlocks();
    [this.problems, this.problemCount, this.head] = [[], 0, new Uint8Array()];
  }

  private take(chunk: Uint8Array): void {
    if (this.head.length < FILE_HEADER) this.head = Buffer.concat([this.head, chunk.subarray(0, FILE_HEADER - this.head.length)]);
    this.blocks.push(chunk);
  }

  private newBlocks(): BlockReader {
    return new BlockReader({
      record: (data, offset) => {
        try {
          this.log.take(data);
        } catch (error) {
          this.note('bad-record', offset, `a record cannot be understood and was passed over (${error instanceof Error ? error.message : String(error)})`);
        }
      },
      problem: ({ offset, message }) => this.note('damaged-record', offset, `${message}; what is left of its 32 KiB block was passed over, and reading went on after it`),
    });
  }

  private note(code: string, offset: number, message: string): void {
    this.problemCount += 1;
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ code, message: `At byte ${offset} ${message}.`, at: `${path.basename(this.path)}, byte ${offset}` });
  }

  /** What could not be read, and where. */
  warnings(): RunWarning[] {
    const name = path.basename(this.path);
    const warnings = [...this.problems];
    if (this.problemCount > warnings.length) warnings.push({ code: 'damaged-record', message: `${this.problemCount - this.problems.length} more problems are not listed.`, at: name });
    if (this.size > 0 && !isWandb(this.head)) warnings.unshift({ code: 'bad-header', message: 'The file does not begin as a .wandb file of version 0; it was read as one all the same.', at: name });
    const { bytes, offset } = this.blocks.unfinished;
    if (bytes > 0 && this.size > 0) {
      warnings.push({ code: 'unfinished-record', message: `The last record, at byte ${offset}, is not complete: ${bytes} of its bytes are there. A trainer that is writing leaves that, and it is read once it is whole; else the file was cut off.`, at: `${name}, byte ${offset}` });
    }
    warnings.push(...this.log.rows.warnings());
    return warnings;
  }
}
