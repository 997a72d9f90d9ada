/** Which build of our kernels is taken, and what is said where none can be. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasFused } from '../../../../src/training/backend/fused';
import { loadKernels, RELAXED_VARIABLE } from '../../../../src/training/backend/kernels';
import { installOverrides } from '../../../../src/training/backend/overrides';
import { runSelfTest } from '../../../../src/training/backend/selfTest';
import { startBackend } from '../../../../src/training/backend/start';
import { OVERRIDDEN_VERSION, tf } from '../../../../src/training/backend/tensorflow';
import { kernelsFolder, startWasm, withoutOverrides } from '../../../../src/training/backend/wasm';

const dist = path.resolve(import.meta.dirname, '../../../../dist');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'kernels-'));
afterAll(() => rmSync(scratch, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

const FILES = ['kernels-relaxed.wasm', 'kernels.wasm'] as const;
type Condition = 'whole' | 'damaged' | 'missing';

/** A folder with the two builds, each in its condition. */
function folderWith(...conditions: readonly [relaxed: Condition, portable: Condition]): string {
  const folder = mkdtempSync(path.join(scratch, 'folder-'));
  FILES.forEach((file, i) => {
    if (conditions[i] === 'whole') copyFileSync(path.join(dist, file), path.join(folder, file));
    if (conditions[i] === 'damaged') writeFileSync(path.join(folder, file), 'no wasm at all');
  });
  return folder;
}

describe('choosing a build', () => {
  const nameIn = (folder: string): string => loadKernels(folder, new WebAssembly.Memory({ initial: 1 })).name;

  // Whether the engine has relaxed SIMD is the engine's; what is asked here is what follows without it.
  test.each([
    { relaxed: 'damaged', portable: 'whole' },
    { relaxed: 'missing', portable: 'whole' },
  ] as const)('relaxed $relaxed, portable $portable: the portable one', ({ relaxed, portable }) => {
    expect(nameIn(folderWith(relaxed, portable))).toBe('own, SIMD');
  });

  test('the portable one where the environment asks for it', () => {
    vi.stubEnv(RELAXED_VARIABLE, '0');
    expect(nameIn(dist)).toBe('own, SIMD');
  });

  test.each([
    { relaxed: 'missing', portable: 'missing', message: /^kernels-relaxed\.wasm: ENOENT.*; kernels\.wasm: ENOENT/ },
    { relaxed: 'damaged', portable: 'missing', message: /^kernels-relaxed\.wasm: WebAssembly\.Module\(\).*; kernels\.wasm: ENOENT/ },
    { relaxed: 'damaged', portable: 'damaged', message: /^kernels-relaxed\.wasm: WebAssembly\.Module\(\).*; kernels\.wasm: WebAssembly\.Module\(\)/ },
  ] as const)('relaxed $relaxed, portable $portable: every reason is named', ({ relaxed, portable, message }) => {
    expect(() => nameIn(folderWith(relaxed, portable))).toThrow(message);
  });

  test('they lie beside the program, or in a dist further up', () => {
    const program = folderWith('whole', 'whole');
    expect(kernelsFolder(program)).toBe(program);
    const deep = path.join(scratch, 'project/src/deep');
    mkdirSync(deep, { recursive: true });
    expect(() => kernelsFolder(deep)).toThrow('kernels.wasm lies neither beside the program nor in a dist folder above it; build again');
    mkdirSync(path.join(scratch, 'project/dist'));
    copyFileSync(path.join(dist, 'kernels.wasm'), path.join(scratch, 'project/dist/kernels.wasm'));
    expect(kernelsFolder(deep)).toBe(path.join(scratch, 'project/dist'));
  });
});

describe('starting wasm', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  test.each([
    { relaxed: 'missing', portable: 'missing', reason: 'ENOENT' },
    { relaxed: 'damaged', portable: 'damaged', reason: 'WebAssembly.Module()' },
  ] as const)('without usable kernels (relaxed $relaxed, portable $portable) the stock ones train, and it is said why', async ({ relaxed, portable, reason }) => {
    withoutOverrides();
    const kernels = await startWasm(undefined, folderWith(relaxed, portable));
    expect(kernels).toMatch(/^stock \(own kernels rejected: kernels-relaxed\.wasm: .*; kernels\.wasm: /);
    expect(kernels).toContain(reason);
    expect(hasFused('Decoder')).toBe(false);
    runSelfTest();
    expect((await startBackend('wasm')).kernels).toMatch(/^stock \+ own/);
  });

  test.each([
    { build: 'relaxed', relaxed: 'whole', portable: 'missing' },
    { build: 'portable', relaxed: 'missing', portable: 'whole' },
  ] as const)('the $build build passes the self-test', async ({ build, relaxed, portable }) => {
    withoutOverrides();
    const kernels = await startWasm(undefined, folderWith(relaxed, portable));
    // An engine without relaxed SIMD is left with the stock kernels here, which have to pass too.
    if (build === 'portable') expect(kernels).toBe('stock + own, SIMD');
    runSelfTest();
    withoutOverrides();
  });
});

describe('installing', () => {
  test('only on the release that the kernels were checked against, and only on wasm', async () => {
    await startBackend('wasm');
    expect(tf.version_core).toBe(OVERRIDDEN_VERSION);
    expect(() => installOverrides(dist, '4.23.0')).toThrow('they were checked against TensorFlow.js 4.22.0, this is 4.23.0');
    await startBackend('cpu');
    expect(() => installOverrides(dist)).toThrow('the wasm backend does not run');
  });

  test('can be undone: the stock kernels are back, and starting again installs ours again', async () => {
    await startBackend('wasm');
    const own = tf.getKernel('Transpose', 'wasm');
    expect(hasFused('Decoder')).toBe(true);
    withoutOverrides();
    expect(hasFused('Decoder')).toBe(false);
    expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBeUndefined();
    expect(tf.getKernel('Transpose', 'wasm')).not.toBe(own);
    expect((await startBackend('wasm')).kernels).toMatch(/^stock \+ own/);
    expect(hasFused('Decoder')).toBe(true);
  });
});
