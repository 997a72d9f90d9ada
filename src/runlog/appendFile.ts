/** An append-only file of lines, each written by one call, so that lines of several writers do not mix. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

export type WriteBytes = (fd: number, bytes: Uint8Array) => number;

const NEWLINE = 0x0a;

/** Synchronous: a training step may go on only once its line is handed over. Errors are the system's own. */
export class AppendFile {
  private constructor(
    readonly path: string,
    private readonly fd: number,
    private readonly write: WriteBytes,
  ) {}

  /** Opens or creates; a torn last line, left by a killed writer, is cut off, for no reader ever took it. */
  static open(path: string, write: WriteBytes = writeSync): AppendFile {
    const fd = openSync(path, 'a+');
    try {
      cutTornLine(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    return new AppendFile(path, fd, write);
  }

  /** @param text whole lines, each ended by a newline. A failed write leaves the file as it was, if the disk lets it. */
  append(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    const before = fstatSync(this.fd).size;
    try {
      let written = this.write(this.fd, bytes);
      // A nearly full disk takes a part; the next call then says why.
      while (written < bytes.length) written += this.write(this.fd, bytes.subarray(written));
    } catch (error) {
      cutBack(this.fd, before);
      throw error;
    }
  }

  sync(): void {
    fsyncSync(this.fd);
  }

  close(): void {
    closeSync(this.fd);
  }
}

function cutTornLine(fd: number): void {
  const { size } = fstatSync(fd);
  const block = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const length = readSync(fd, block, 0, end - start, start);
    const newline = block.subarray(0, length).lastIndexOf(NEWLINE);
    if (newline >= 0) {
      if (start + newline + 1 < size) ftruncateSync(fd, start + newline + 1);
      return;
    }
    end = start;
  }
  if (size > 0) ftruncateSync(fd, 0);
}

function cutBack(fd: number, size: number): void {
  try {
    if (fstatSync(fd).size > size) ftruncateSync(fd, size);
  } catch {
    // The failed write is what gets reported; readers pass over a torn line, and the next open cuts it off.
  }
}
