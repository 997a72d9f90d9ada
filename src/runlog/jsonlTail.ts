/** Follows a growing file of JSON lines: each call of `read` yields the lines that were completed since the last. */
import { ByteTail } from './byteTail';
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

/**
 * Calls of `read` must not overlap. Bytes are kept until their line ends, so a character or a line torn between two reads
 * comes out whole, and an unfinished last line (a writer killed in mid-write) only once it is finished.
 */
export class JsonlTail<T> {
  private readonly bytes: ByteTail;
  private splitter = new LineSplitter();

  constructor(
    readonly path: string,
    private readonly readLine: LineReader<T> = objectLine,
  ) {
    this.bytes = new ByteTail(path);
  }

  /** @throws RunLogError where the file is there but cannot be read; a file not there yet has no lines. */
  async read(): Promise<TailRead<T>> {
    const values: T[] = [];
    const problems: LineProblem[] = [];
    const { restarted } = await this.bytes.read(
      (chunk) => {
        for (const line of this.splitter.push(chunk)) this.take(line, values, problems);
      },
      { onRestart: () => (this.splitter = new LineSplitter()) },
    );
    return { values, problems, restarted };
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
