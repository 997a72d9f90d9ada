/** Lines of a text file, compressed or not, in bounded memory whatever the file holds. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileError, PairsFileError } from './errors';
import { refuse, type Refusal } from './problems';

const MAX_LINE_BYTES = 4 * 1024 * 1024;
const NEWLINE = 0x0a;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

export interface Line {
  /** From 1; blank lines count. */
  readonly number: number;
  readonly text: string | Refusal;
}

/** @returns hexadecimal SHA-256 of the file as it lies on disk. @throws PairsFileError */
export async function hashFile(file: string): Promise<string> {
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  } catch (error) {
    throw fileError(file, error);
  }
}

/**
 * Lines without their ends (LF or CRLF) and without a byte order mark; a last line without an end counts too.
 * @throws PairsFileError when the file cannot be opened or its compression is damaged
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const bytes = await openBytes(file);
  try {
    yield* splitLines(bytes);
  } catch (error) {
    throw fileError(file, error);
  } finally {
    bytes.destroy();
  }
}

/** Decompressed where the first bytes say gzip, whatever the name says. */
async function openBytes(file: string): Promise<Readable> {
  const compressed = await startsWithGzipMagic(file);
  const raw = createReadStream(file);
  // An error, or the reader's leaving early, must end both streams; the error itself reaches the reader through the last one.
  return compressed ? pipeline(raw, createGunzip(), () => undefined) : raw;
}

async function startsWithGzipMagic(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'r');
    try {
      const status = await handle.stat();
      if (status.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
      if (!status.isFile()) throw new PairsFileError(file, 'it is not a regular file', 'Write the pairs to a .jsonl file first.');
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer.equals(GZIP_MAGIC);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof PairsFileError ? error : fileError(file, error);
  }
}

async function* splitLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const assembly = new LineAssembly();
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      assembly.add(chunk.subarray(start, end));
      yield assembly.take();
      start = end + 1;
    }
    assembly.add(chunk.subarray(start));
  }
  if (!assembly.empty) yield assembly.take();
}

/** Joins the pieces of one line; beyond the limit it forgets them and remembers only that there were too many. */
class LineAssembly {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private pieces: Buffer[] = [];
  private length = 0;
  private number = 0;

  get empty(): boolean {
    return this.length === 0;
  }

  add(piece: Buffer): void {
    this.length += piece.length;
    if (this.length > MAX_LINE_BYTES) this.pieces = [];
    else this.pieces.push(piece);
  }

  take(): Line {
    const tooLong = this.length > MAX_LINE_BYTES;
    const bytes = this.pieces.length === 1 && this.pieces[0] ? this.pieces[0] : Buffer.concat(this.pieces);
    this.pieces = [];
    this.length = 0;
    this.number += 1;
    return { number: this.number, text: tooLong ? refuse('tooLong') : this.decode(bytes) };
  }

  private decode(bytes: Buffer): string | Refusal {
    try {
      return this.decoder.decode(bytes).trimEnd();
    } catch {
      return refuse('notUtf8');
    }
  }
}
