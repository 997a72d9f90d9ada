/** Cuts a stream of bytes into lines, whatever the chunks. */

export interface Line {
  /** 1-based. */
  readonly number: number;
  /** Without its line end; undefined for a line longer than the limit. */
  readonly text: string | undefined;
}

const NEWLINE = 0x0a;
/** A checkpoint of 4,096 prompts takes about 40 KB; a line beyond this is no log of ours, and must not fill the memory. */
const LONGEST_LINE = 64 * 1024 * 1024;

export class LineSplitter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private number = 0;

  constructor(private readonly longest = LONGEST_LINE) {}

  /** Lines completed by this chunk. Bytes are copied, so the caller may use the chunk again. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(this.complete(chunk.subarray(start, end)));
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
    return lines;
  }

  private keep(rest: Buffer): void {
    this.pendingBytes += rest.length;
    if (this.pendingBytes > this.longest) this.pending = [];
    else if (rest.length > 0) this.pending.push(Buffer.from(rest));
  }

  private complete(end: Buffer): Line {
    const tooLong = this.pendingBytes + end.length > this.longest;
    // Decoded only when whole: a UTF-8 character never holds a newline byte, but chunks may cut one in two.
    const text = tooLong ? undefined : Buffer.concat([...this.pending, end]).toString('utf8');
    this.pending = [];
    this.pendingBytes = 0;
    this.number += 1;
    return { number: this.number, text: text?.replace(/^\ufeff/, '').replace(/\r$/, '') };
  }
}
