/** Follows a growing file of bytes: each `read` hands on what was appended since, and notices truncation and replacement. */
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf, readAdvice, RunLogError } from './errors';

export interface ByteRead {
  /** The file was truncated, replaced or removed: forget all that was read before; the chunks begin anew. */
  readonly restarted: boolean;
  /** Bytes of the file when it was opened; 0 for a file that is not there. */
  readonly size: number;
  readonly isThere: boolean;
  /** Milliseconds since the epoch; 0 for a file that is not there. */
  readonly modifiedAt: number;
}

export interface ByteReadOptions {
  /** Stops between two chunks, with its reason; the next read begins anew. */
  readonly signal?: AbortSignal;
  /** Called once the file is known to be a new one, before its first chunk; and when the reading is stopped, for the next hands on all. */
  readonly onRestart?: () => void;
  /** Bytes handed on so far, and bytes of the file. */
  readonly onProgress?: (read: number, size: number) => void;
}

const CHUNK = 256 * 1024;
const HEAD = 256;

/** Calls of `read` must not overlap. */
export class ByteTail {
  private offset = 0;
  private file: string | undefined;
  private head = Buffer.alloc(0);

  constructor(readonly path: string) {}

  /** Bytes of the file that were handed on. */
  get position(): number {
    return this.offset;
  }

  /**
   * @param take gets each chunk once, in order; the buffer is used again after it returns.
   * @throws RunLogError where the file is there but cannot be read; a file not there yet has no bytes.
   */
  async read(take: (chunk: Buffer) => void, options: ByteReadOptions = {}): Promise<ByteRead> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(this.path, 'r');
      const { restarted, size, modifiedAt } = await this.noticeReplacement(handle);
      if (restarted) options.onRestart?.();
      await this.readNew(handle, { take, size, options });
      return { restarted, size, isThere: true, modifiedAt };
    } catch (error) {
      if (options.signal?.aborted === true) {
        // Half a reading is none: the next begins anew.
        this.forget();
        options.onRestart?.();
        throw error;
      }
      if (codeOf(error) === 'ENOENT') return this.gone(options);
      if (error instanceof RunLogError) throw error;
      throw new RunLogError('Could not read the log', this.path, readAdvice(error), error);
    } finally {
      await handle?.close();
    }
  }

  /** Begins anew with the next `read`. @returns whether anything had been read */
  forget(): boolean {
    const hadRead = this.offset > 0;
    this.offset = 0;
    this.file = undefined;
    this.head = Buffer.alloc(0);
    return hadRead;
  }

  private gone(options: ByteReadOptions): ByteRead {
    const restarted = this.forget();
    if (restarted) options.onRestart?.();
    return { restarted, size: 0, isThere: false, modifiedAt: 0 };
  }

  /**
   * Another inode (an atomic replacement, rsync), a size below what was read (truncation), or another beginning (truncated
   * and written past where we were): then begin anew.
   */
  private async noticeReplacement(handle: FileHandle): Promise<{ restarted: boolean; size: number; modifiedAt: number }> {
    const { ino, dev, size, mtimeMs } = await handle.stat({ bigint: true });
    const file = `${dev}:${ino}`;
    const head = Buffer.alloc(HEAD);
    const { bytesRead } = await handle.read(head, 0, HEAD, 0);
    const same = this.file === file && size >= BigInt(this.offset) && head.subarray(0, this.head.length).equals(this.head);
    const restarted = !same && this.file !== undefined ? this.forget() : false;
    this.file = file;
    this.head = head.subarray(0, bytesRead);
    return { restarted, size: Number(size), modifiedAt: Number(mtimeMs) };
  }

  private async readNew(handle: FileHandle, { take, size, options }: { take: (chunk: Buffer) => void; size: number; options: ByteReadOptions }): Promise<void> {
    // A few appended lines need no large buffer; what is still being written may be longer than it was.
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(4096, size - this.offset + 1)));
    for (;;) {
      options.signal?.throwIfAborted();
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, this.offset);
      if (bytesRead === 0) return;
      this.offset += bytesRead;
      take(chunk.subarray(0, bytesRead));
      options.onProgress?.(this.offset, Math.max(size, this.offset));
    }
  }
}
