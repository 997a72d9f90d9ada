/** What could not be read of a log, with its place; bounded, for a file of noise has a problem in every line. */
import type { RunWarning } from '../core/run/types';
import type { Line } from '../runlog';

const MOST = 50;
const LONGEST_EXCERPT = 60;

export class Problems {
  private kept: RunWarning[] = [];
  private count = 0;

  /** @param code `log-line` and the like */
  constructor(
    private readonly file: string,
    private readonly code = 'log-line',
  ) {}

  add(message: string, line?: number): void {
    this.count += 1;
    if (this.kept.length < MOST) this.kept.push({ code: this.code, message, at: line === undefined ? this.file : `${this.file}:${line}` });
  }

  clear(): void {
    this.kept = [];
    this.count = 0;
  }

  get size(): number {
    return this.count;
  }

  warnings(): RunWarning[] {
    const more = this.count - this.kept.length;
    return more === 0 ? [...this.kept] : [...this.kept, { code: this.code, message: `${more} more lines with problems are not listed.`, at: this.file }];
  }
}

/** @param text undefined where the line is too long to be one */
export const unfinishedLine = (file: string, { number, text }: Line): RunWarning => ({
  code: 'unfinished',
  message: text === undefined ? 'The last line has no end and is too long to be one of a log: it was passed over.' : `The last line is not finished and is left out until it is: ${excerpt(text)}`,
  at: `${file}:${number}`,
});

/** The beginning of what was found, as a text of its own: a slice would keep the whole chunk of the file in memory. */
export function excerpt(text: string): string {
  const cut = text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text;
  return Buffer.from(cut, 'utf8').toString('utf8');
}
