/** Cuts a stream of bytes into lines, whatever the chunks. */

export interface Line {
  /** 1-based. */
  readonly number: number;
  /** Without its line end; undefined for a line longer than the limit. */
  readonly text: string | undefined;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** A checkpoint of 4,096 prompts takes about 40 KB; a line beyond this is no log of ours, and must not fill the memory. */
const LONGEST_LINE = 64 * 1024 * 1024;

export class LineSplitter {
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private number = 0;

  /** @param longest bytes of a line beyond which its text is dropped */
  constructor(private readonly longest = LONGEST_LINE) {}

  /** Lines completed by this chunk. Bytes are copied, so the caller may use the chunk again. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    this.each(chunk, (text, number) => lines.push({ number, text }));
    return lines;
  }

  /** The same without an object a line, for logs of millions of them. */
  each(chunk: Buffer, take: (text: string | undefined, number: number) => void): void {
    const first = chunk.indexOf(NEWLINE);
    if (first < 0) {
      this.keep(chunk);
      return;
    }
    take(this.complete(chunk.subarray(0, first)), this.number);
    const end = chunk.lastIndexOf(NEWLINE);
    // Decoded at once, which is several times quicker than line by line: a UTF-8 character never holds a newline byte.
    if (end > first) this.eachWhole(chunk.toString('utf8', first + 1, end + 1), take);
    this.keep(chunk.subarray(end + 1));
  }

  /** The last line as far as it has come; undefined where the text so far ended with a line. */
  get unfinished(): Line | undefined {
    if (this.waitingBytes === 0) return undefined;
    const isTooLong = this.waitingBytes > this.longest;
    return { number: this.number + 1, text: isTooLong ? undefined : this.clean(Buffer.concat(this.waiting).toString('utf8'), this.number + 1) };
  }

  private eachWhole(text: string, take: (text: string | undefined, number: number) => void): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.number += 1;
      const last = end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
      take(last - start > this.longest ? undefined : text.slice(start, last), this.number);
      start = end + 1;
    }
  }

  private keep(rest: Buffer): void {
    this.waitingBytes += rest.length;
    if (this.waitingBytes > this.longest) this.waiting = [];
    else if (rest.length > 0) this.waiting.push(Buffer.from(rest));
  }

  private complete(end: Buffer): string | undefined {
    const tooLong = this.waitingBytes + end.length > this.longest;
    // Decoded only when whole: chunks may cut a character in two.
    const text = tooLong ? undefined : Buffer.concat([...this.waiting, end]).toString('utf8');
    this.waiting = [];
    this.waitingBytes = 0;
    this.number += 1;
    return text === undefined ? undefined : this.clean(text, this.number);
  }

  /** Only a file's first line may begin with a byte order mark. */
  private clean(text: string, number: number): string {
    const start = number === 1 && text.startsWith('\ufeff') ? 1 : 0;
    return text.slice(start, text.endsWith('\r') ? -1 : undefined);
  }
}
