/** Working memory of kernel calls. It is kept from call to call, so that a training step allocates nothing once it has run. */
import type { Pointer, WasmHeap } from './heap';

/** Of a block at least: a first call then rarely needs a second one. */
const SMALLEST_BLOCK = 1 << 20;
/** Of WebAssembly vectors, and a multiple of every element's size. */
const ALIGNMENT = 16;

interface Block { readonly start: Pointer; readonly bytes: number }

export class Arena {
  private blocks: Block[] = [];
  private used = 0;

  constructor(private readonly heap: WasmHeap) {}

  /** Gives everything back; to be called at the beginning of each kernel call. */
  reset(): void {
    this.used = 0;
    if (this.blocks.length <= 1) return;
    const bytes = this.bytes;
    this.release();
    this.add(bytes);
  }

  /** Room for `count` floats, not cleared. */
  floats(count: number): Pointer {
    return this.take(4 * count);
  }

  take(bytes: number): Pointer {
    const size = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    let block = this.blocks.at(-1);
    if (block === undefined || this.used + size > block.bytes) {
      block = this.add(Math.max(size, SMALLEST_BLOCK));
      this.used = 0;
    }
    const pointer = block.start + this.used;
    this.used += size;
    return pointer;
  }

  release(): void {
    for (const { start } of this.blocks) this.heap.free(start);
    this.blocks = [];
    this.used = 0;
  }

  get bytes(): number {
    return this.blocks.reduce((sum, block) => sum + block.bytes, 0);
  }

  private add(bytes: number): Block {
    const block = { start: this.heap.allocate(bytes), bytes };
    this.blocks.push(block);
    return block;
  }
}
