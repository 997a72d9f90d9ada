/** Seeded random streams over pure-rand: one named stream a purpose, so that adding a draw in one place moves no other. */
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

const BURN_IN = 16;

export class RandomStream {
  private constructor(private readonly generator: JumpableRandomGenerator) {}

  /** A stream that depends on the seed and on what it is for. */
  static of(seed: number, purpose: string): RandomStream {
    const generator = xoroshiro128plus(fnv1a(`${seed}/${purpose}`));
    // The seed fills only part of the generator's state, and the first outputs show it: let it mix first.
    for (let i = 0; i < BURN_IN; i += 1) generator.next();
    return new RandomStream(generator);
  }

  static fromState(state: readonly number[]): RandomStream {
    return new RandomStream(xoroshiro128plusFromState(state));
  }

  /** To be kept in a checkpoint: `fromState(state())` goes on where this stream is. */
  state(): readonly number[] {
    return this.generator.getState();
  }

  /** In [0, 1), 32 bits. */
  uniform(): number {
    return (this.generator.next() >>> 0) / 4294967296;
  }

  /** In 0 … n−1. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box–Muller, one of the two values). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** In place, Fisher–Yates. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T {
    for (let i = values.length - 1; i > 0; i -= 1) {
      const j = this.integer(i + 1);
      [values[i], values[j]] = [values[j], values[i]];
    }
    return values;
  }

  permutation(n: number): Int32Array {
    return this.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  }
}

/** 32-bit FNV-1a: spreads neighbouring seeds and purposes over the generator's whole range. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
