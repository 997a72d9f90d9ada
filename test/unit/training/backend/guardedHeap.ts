/**
 * A WebAssembly memory whose buffers lie between guard words. Guards are by turns a number, which a write changes, and NaN, which
 * spreads to whatever reads it. Outputs begin as NaN too, so that what a kernel forgets to write shows.
 */
import { expect } from 'vitest';

const GUARD_FLOATS = 16;
const PAGE = 65_536;

export interface Block {
  readonly pointer: number;
  readonly count: number;
}

interface Placed extends Block {
  /** What must still be there after the call; undefined for outputs. */
  readonly kept?: Float32Array;
  /** Floats behind `count` that the kernel may write too. */
  readonly room: number;
}

const guardAt = (index: number): number => (index % 2 === 0 ? -1.5 - index / 8 : Number.NaN);

export class GuardedHeap {
  readonly memory = new WebAssembly.Memory({ initial: 16 });
  private placed: Placed[] = [];
  private end = 0;
  /** Moves each buffer by another number of floats: kernels may rely on no more than four bytes of alignment. */
  private skew = 0;

  /** Forgets all buffers. */
  clear(): void {
    this.placed = [];
    this.end = 0;
  }

  /** Read-only to the kernel: `checked` fails when it was changed. */
  input(values: ArrayLike<number>): number {
    return this.place({ values, kept: true }).pointer;
  }

  /** As `input`, 32-bit integers. */
  integers(values: ArrayLike<number>): number {
    return this.input(new Float32Array(Int32Array.from(values).buffer));
  }

  /** As `input`, 64-bit floats, aligned. */
  doubles(values: ArrayLike<number>): number {
    return this.place({ values: new Float32Array(Float64Array.from(values).buffer), kept: true, aligned: true }).pointer;
  }

  /** NaN throughout. @param room floats behind it that may be written too */
  output(count: number, room = 0): Block {
    return this.place({ values: new Float32Array(count + room).fill(Number.NaN), room });
  }

  /** With values, for what a kernel changes in place. */
  inout(values: ArrayLike<number>, room = 0): Block {
    return this.place({ values: Float32Array.from([...Array.from(values), ...new Array<number>(room).fill(-2.75)]), room });
  }

  /** After every call: nothing was written outside the outputs. */
  checked(block: Block): Float32Array {
    this.check();
    return Float32Array.from(this.floats().subarray(block.pointer / 4, block.pointer / 4 + block.count));
  }

  checkedIntegers(block: Block): Int32Array {
    this.check();
    return Int32Array.from(new Int32Array(this.memory.buffer, block.pointer, block.count));
  }

  private check(): void {
    const floats = this.floats();
    for (const { pointer, count, kept, room } of this.placed) {
      const start = pointer / 4;
      for (let i = 1; i <= GUARD_FLOATS; i += 1) {
        if (!Object.is(floats[start - i], Math.fround(guardAt(start - i)))) expect.fail(`a kernel wrote ${i} floats before a buffer of ${count}`);
        const behind = start + count + room + i - 1;
        if (!Object.is(floats[behind], Math.fround(guardAt(behind)))) expect.fail(`a kernel wrote ${room + i} floats behind the end of a buffer of ${count}`);
      }
      if (kept?.some((value, i) => !Object.is(value, floats[start + i]))) expect.fail(`a kernel changed its input of ${count} floats`);
    }
  }

  private place({ values, kept = false, room = 0, aligned = false }: { readonly values: ArrayLike<number>; readonly kept?: boolean; readonly room?: number; readonly aligned?: boolean }): Block {
    this.skew = (this.skew + 1) % 4;
    const start = this.end + GUARD_FLOATS + (aligned ? 0 : this.skew);
    const first = aligned ? start + (start % 2) : start;
    this.guard(first + values.length + GUARD_FLOATS);
    const floats = this.floats();
    // Bit for bit, because integers pass through here as floats.
    if (values instanceof Float32Array) new Uint8Array(this.memory.buffer, 4 * first, 4 * values.length).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    else floats.set(values, first);
    const block: Placed = { pointer: 4 * first, count: values.length - room, room, ...(kept ? { kept: floats.slice(first, first + values.length) } : {}) };
    this.placed.push(block);
    this.end = first + values.length;
    return block;
  }

  /** Guard words from the last buffer's end up to float `to`. */
  private guard(to: number): void {
    const missing = 4 * to - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    const floats = this.floats();
    for (let i = this.end; i < to; i += 1) floats[i] = guardAt(i);
  }

  private floats(): Float32Array {
    return new Float32Array(this.memory.buffer);
  }
}
