/** Bytes of a file that wait for the rest of their record, in one piece that begins its own buffer. */
export class ByteQueue {
  private buffer = new Uint8Array(64 * 1024);
  private used = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.buffer;
  }
  get length(): number {
    return this.used;
  }

  append(chunk: Uint8Array): void {
    const length = this.used + chunk.length;
    if (length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(length, Math.min(this.buffer.length * 2, length + 1024 * 1024)));
      larger.set(this.buffer.subarray(0, this.used));
      this.buffer = larger;
    }
    this.buffer.set(chunk, this.used);
    this.used = length;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.buffer.copyWithin(0, count, this.used);
    this.used -= count;
  }

  clear(): void {
    this.used = 0;
  }
}
