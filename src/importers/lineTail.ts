/** Follows a growing text file line by line; of an unfinished last line it tells how far it has come. */
import { ByteTail, type ByteRead } from '../runlog/byteTail';
import { LineSplitter, type Line } from '../runlog/lineSplitter';
import type { ReadOptions } from './contract';
import { ofFile } from './files';

/** No trainer's line of numbers comes near this. */
const LONGEST_LINE = 8 * 1024 * 1024;

type TakeLine = (text: string | undefined, number: number) => void;

/** Calls of `read` must not overlap. */
export class LineTail {
  private readonly bytes: ByteTail;
  private splitter = new LineSplitter(LONGEST_LINE);

  constructor(readonly path: string) {
    this.bytes = new ByteTail(path);
  }

  /** The last line, where it has no line end yet. */
  get unfinished(): Line | undefined {
    return this.splitter.unfinished;
  }

  get position(): number {
    return this.bytes.position;
  }

  /** The next `read` begins with the first line. */
  forget(): void {
    this.bytes.forget();
    this.splitter = new LineSplitter(LONGEST_LINE);
  }

  /** @param onRestart before the first line of a file that was truncated, replaced or removed. @throws RunLogError */
  read(take: TakeLine, onRestart: () => void, options: ReadOptions = {}): Promise<ByteRead> {
    const restart = (): void => {
      this.splitter = new LineSplitter(LONGEST_LINE);
      onRestart();
    };
    return this.bytes.read((chunk) => this.splitter.each(chunk, take), { ...ofFile(this.path, options), onRestart: restart });
  }
}
