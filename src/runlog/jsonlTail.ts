/** Follows a growing file of JSON lines: each call of `read` yields the lines that were completed since the last. */
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf, readAdvice, RunLogError } from './errors';
import { LineSplitter, type Line } from './lineSplitter';

export interface LineProblem {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

export interface TailRead<T> {
  readonly values: readonly T[];
  readonly problems: readonly LineProblem[];
  /** The file was truncated, replaced or removed: forget all that was read before; `values` begins anew. */
  readonly restarted: boolean;
}

/** Turns a parsed line into a value; `problems` are told whether or not there is one. */
export type LineReader<T> = (parsed: unknown) => { readonly value?: T; readonly problems: readonly string[] };

const CHUNK = 256 * 1024;
const HEAD = 256;

/**
 * Calls of `read` must not overlap. Bytes are kept until their line ends, so a character or a line torn between two reads
 * comes out whole, and an unfinished last line (a writer killed in mid-write) only once it is finished.
 */
export class JsonlTail<T> {
  private offset = 0;
  private file: string | undefined;
  private head = Buffer.alloc(0);
  private splitter = new LineSplitter();

  constructor(
    readonly path: string,
    private readonly readLine: LineReader<T> = objectLine,
  ) {}

  /** @throws RunLogError where the file is there but cannot be read; a file not there yet has no lines. */
  async read(): Promise<TailRead<T>> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(this.path, 'r');
      const restarted = await this.noticeReplacement(handle);
      return { ...(await this.readNew(handle)), restarted };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return { values: [], problems: [], restarted: this.forget() };
      if (error instanceof RunLogError) throw error;
      throw new RunLogError('Could not read the log', this.path, readAdvice(error), error);
    } finally {
      await handle?.close();
    }
  }

  /**
   * Another inode (an atomic replacement, rsync), a size below what was read (truncation), or another beginning (truncated
   * and written past where we were): then begin anew.
   */
  private async noticeReplacement(handle: FileHandle): Promise<boolean> {
    const { ino, dev, size } = await handle.stat({ bigint: true });
    const file = `${dev}:${ino}`;
    const head = Buffer.alloc(HEAD);
    const { bytesRead } = await handle.read(head, 0, HEAD, 0);
    const same = this.file === file && size >= BigInt(this.offset) && head.subarray(0, this.head.length).equals(this.head);
    const restarted = !same && this.file !== undefined ? this.forget() : false;
    this.file = file;
    this.head = head.subarray(0, bytesRead);
    return restarted;
  }

  private forget(): boolean {
    const hadRead = this.offset > 0;
    this.offset = 0;
    this.file = undefined;
    this.splitter = new LineSplitter();
    this.head = Buffer.alloc(0);
    return hadRead;
  }

  private async readNew(handle: FileHandle): Promise<{ values: T[]; problems: LineProblem[] }> {
    const values: T[] = [];
    const problems: LineProblem[] = [];
    const chunk = Buffer.alloc(CHUNK);
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK, this.offset);
      if (bytesRead === 0) return { values, problems };
      this.offset += bytesRead;
      for (const line of this.splitter.push(chunk.subarray(0, bytesRead))) this.take(line, values, problems);
    }
  }

  private take(line: Line, values: T[], problems: LineProblem[]): void {
    if (line.text === undefined) {
      problems.push({ line: line.number, message: 'the line is too long and was passed over' });
      return;
    }
    if (line.text.trim() === '') return;
    const parsed = parseJson(line.text);
    const read = 'error' in parsed ? { problems: [parsed.error] } : this.readLine(parsed.value);
    if ('value' in read && read.value !== undefined) values.push(read.value);
    for (const message of read.problems) problems.push({ line: line.number, message });
  }
}

function parseJson(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: `not valid JSON: ${text.length > 60 ? `${text.slice(0, 60)}…` : text}` };
  }
}

function objectLine<T>(parsed: unknown): { value?: T; problems: string[] } {
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  return isObject ? { value: parsed as T, problems: [] } : { problems: ['expected a JSON object'] };
}
