/** Working memory: the arena by itself, and that training, sampling and installing leave TensorFlow.js' heap as it was. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Arena } from '../../../../src/training/backend/arena';
import { wasmHeap, WasmHeap } from '../../../../src/training/backend/heap';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { startWasm, withoutOverrides } from '../../../../src/training/backend/wasm';
import { createAdam } from '../../../../src/training/optimiser/adam';
import { gradientStep } from '../../../../src/training/optimiser/gradientStep';
import { preferenceLoss } from '../../../../src/training/objectives/registry';
import { linear } from '../../../../src/training/policy/linear';
import { sampleResponses } from '../../../../src/training/policy/sampler';
import type { TransformerShape } from '../../../../src/training/policy/shape';
import { createWeights } from '../../../../src/training/policy/weights';
import { GPT2, TINY, halves, randomRows, stream } from '../models';

const MEBIBYTE = 1 << 20;

/** Hands out addresses one behind the other and remembers what is out. */
class FakeMalloc {
  readonly out = new Map<number, number>();
  private next = 16;

  heap(answer: (pointer: number) => number = (pointer) => pointer): WasmHeap {
    const wasm = {
      _malloc: (bytes: number): number => {
        const pointer = answer(this.next);
        this.out.set(pointer >>> 0, bytes);
        this.next += 16 * Math.ceil(bytes / 16);
        return pointer;
      },
      _free: (pointer: number): void => {
        if (!this.out.delete(pointer)) throw new Error(`${pointer} was not handed out`);
      },
    };
    return new WasmHeap({ wasm } as unknown as ConstructorParameters<typeof WasmHeap>[0]);
  }
}

describe('the arena', () => {
  test('hands out aligned places that do not overlap, from one block', () => {
    const malloc = new FakeMalloc();
    const arena = new Arena(malloc.heap());
    const sizes = [1, 16, 17, 0, 4000, 3];
    const places = sizes.map((bytes) => arena.take(bytes));
    places.forEach((place, i) => {
      expect(place % 16).toBe(0);
      if (i > 0) expect(place).toBeGreaterThanOrEqual(places[i - 1]! + sizes[i - 1]!);
    });
    expect(arena.floats(3) + 12).toBeLessThanOrEqual(arena.take(1));
    expect([...malloc.out.values()]).toEqual([MEBIBYTE]);
  });

  test('grows by blocks, becomes one block of their sum, and keeps it', () => {
    const malloc = new FakeMalloc();
    const arena = new Arena(malloc.heap());
    const call = (): number[] => [arena.take(100), arena.take(3 * MEBIBYTE), arena.take(2 * MEBIBYTE)];
    call();
    expect([...malloc.out.values()]).toEqual([MEBIBYTE, 3 * MEBIBYTE, 2 * MEBIBYTE]);
    arena.reset();
    expect([...malloc.out.values()]).toEqual([6 * MEBIBYTE]);
    const places = call();
    for (let i = 0; i < 100; i += 1) {
      arena.reset();
      expect(call()).toEqual(places);
    }
    expect([...malloc.out.values()]).toEqual([6 * MEBIBYTE]);
    expect(arena.bytes).toBe(6 * MEBIBYTE);
  });

  test('gives everything back, and begins anew', () => {
    const malloc = new FakeMalloc();
    const arena = new Arena(malloc.heap());
    arena.take(1);
    arena.take(2 * MEBIBYTE);
    arena.release();
    expect(malloc.out.size).toBe(0);
    expect(arena.bytes).toBe(0);
    arena.take(1);
    expect(malloc.out.size).toBe(1);
  });

  test('addresses above two gibibytes, which malloc answers as negative numbers, are meant', () => {
    const malloc = new FakeMalloc();
    const arena = new Arena(malloc.heap((pointer) => (pointer + 2 ** 31) | 0));
    expect(arena.take(1)).toBe(2 ** 31 + 16);
    arena.release();
    expect(malloc.out.size).toBe(0);
  });

  test('a full heap is an error that says what would help, and what is out can still be given back', () => {
    const malloc = new FakeMalloc();
    let full = false;
    const arena = new Arena(malloc.heap((pointer) => (full ? 0 : pointer)));
    arena.take(1);
    full = true;
    expect(() => arena.take(2 * MEBIBYTE)).toThrow(`no room for ${2 * MEBIBYTE} more bytes; a smaller batch or model needs less`);
    arena.release();
    expect([...malloc.out.keys()]).toEqual([0]);
  });
});

describe('on the real heap', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  const state = (): object => {
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    return { numTensors, numBytes, numDataBuffers, heap: wasmHeap()!.memory.buffer.byteLength };
  };

  const SEVERAL_PARTS: TransformerShape = { ...TINY, width: 16, promptLength: 20, responseLength: 20 };
  test.each([
    { name: 'tiny', shape: TINY, rows: 8 },
    { name: 'GPT-2', shape: GPT2, rows: 6 },
    { name: 'several parts', shape: SEVERAL_PARTS, rows: 16 },
  ])('300 steps of sampling and training leave nothing behind: $name', ({ shape, rows: count }) => {
    const weights = createWeights(shape, stream('weights'));
    const adam = createAdam(weights);
    const noise = stream('noise');
    const prompts = randomRows(shape, count, stream('prompts'));
    const train = (steps: number): void => {
      for (let step = 0; step < steps; step += 1) {
        const rows = sampleResponses(weights, shape, prompts, noise);
        gradientStep(() => preferenceLoss('ipo', halves(weights, shape, rows), 0.1), weights, adam, 1e-2);
      }
    };
    train(5);
    const before = state();
    train(300);
    expect(state()).toEqual(before);
  });

  test('taking our kernels out and putting them in again, used each time, leaves nothing behind', async () => {
    const use = (): void => tf.tidy(() => {
      expect(linear(tf.ones([600, 300]), tf.ones([300, 600])).dataSync()[0]).toBe(300);
    });
    const turns = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) {
        expect(withoutOverrides()).toBe('stock');
        expect(await startWasm()).toMatch(/own/);
        use();
      }
    };
    await turns(3);
    const before = state();
    await turns(100);
    expect(state()).toEqual(before);
  });
});
