import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { ENGINES } from '../../../../src/engines';
import { fusedName, hasFused } from '../../../../src/training/backend/fused';
import { wasmHeap } from '../../../../src/training/backend/heap';
import { restoreRemovedUtilities, startNative } from '../../../../src/training/backend/native';
import { probeBackends } from '../../../../src/training/backend/probe';
import { runBackendSelfTest, runSelfTest, selfTestValues } from '../../../../src/training/backend/selfTest';
import type { Starters } from '../../../../src/training/backend/start';
import { STARTERS, startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { wasmFolder, withoutOverrides } from '../../../../src/training/backend/wasm';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'backend-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const fails = (reason: string) => (): Promise<string> => Promise.reject(new Error(reason));
const works = (kernels: string) => (): Promise<string> => Promise.resolve(kernels);

describe('choosing', () => {
  const cases: { name: string; preference: Parameters<typeof startBackend>[0]; starters: Starters; chosen: string; reasons: string[] }[] = [
    { name: 'wasm first, the quickest', preference: 'auto', starters: { tensorflow: works('t'), wasm: works('w'), cpu: works('c') }, chosen: 'wasm', reasons: [] },
    { name: 'native next, saying why', preference: 'auto', starters: { tensorflow: works('t'), wasm: fails('no SIMD'), cpu: works('c') }, chosen: 'tensorflow', reasons: ['wasm: no SIMD'] },
    {
      name: 'cpu last, with a warning',
      preference: 'auto',
      starters: { tensorflow: fails('not there'), wasm: fails('no SIMD'), cpu: works('c') },
      chosen: 'cpu',
      reasons: ['wasm: no SIMD', 'tensorflow: not there', 'cpu: plain JavaScript is used instead, ten times slower or more'],
    },
    { name: 'what was asked for', preference: 'cpu', starters: { tensorflow: works('t'), wasm: works('w'), cpu: works('c') }, chosen: 'cpu', reasons: [] },
  ];
  test.each(cases)('$name', async ({ preference, starters, chosen, reasons }) => {
    expect(await startBackend(preference, starters)).toMatchObject({ name: chosen, reasons, version: '4.22.0' });
  });

  test.each([
    { preference: 'wasm' as const, message: 'No backend can train here. wasm: no SIMD. Set the experiment\'s "backend" to "auto", or repair what is named here.' },
    { preference: 'auto' as const, message: 'No backend can train here. wasm: no SIMD; tensorflow: gone; cpu: broken. Install the program again.' },
  ])('$preference with nothing to fall back on is an error that names every reason', async ({ preference, message }) => {
    await expect(startBackend(preference, { tensorflow: fails('gone'), wasm: fails('no SIMD'), cpu: fails('broken') })).rejects.toThrow(message);
  });
});

describe('starting for real', () => {
  test.each(['cpu', 'wasm'] as const)('%s is silent, passes its self-test and is the current backend', async (name) => {
    const said = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
    const info = await startBackend(name);
    expect(info).toMatchObject({ name, reasons: [] });
    expect(tf.getBackend()).toBe(name);
    for (const spy of said) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  test('stock wasm kernels alone pass the self-test too', async () => {
    await startBackend('wasm');
    withoutOverrides();
    runBackendSelfTest();
    await startBackend('wasm');
  });

  test('a self-test leaves nothing behind', async () => {
    await startBackend('wasm');
    const before = tf.memory();
    runBackendSelfTest();
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
  });
});

test.each(['Decoder', 'DecoderGrad', 'Linear', 'LinearGrad', 'ResponseLogProbability', 'ResponseLogProbabilityGrad', 'SampleResponses', 'AdamStep'] as const)('own kernels are taken out and named where %s gives wrong answers', async (broken) => {
  await startBackend('wasm');
  const kernelName = fusedName(broken);
  const kernel = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...kernel,
    kernelFunc: (parameters) => {
      const outputs = kernel.kernelFunc(parameters) as tf.TensorInfo[];
      for (const output of outputs) wasmHeap()!.floats(output)[0]! += 1;
      return outputs;
    },
  });
  const { name, kernels } = await startBackend('wasm');
  expect(name).toBe('wasm');
  expect(kernels).toMatch(/^stock \(own kernels rejected: the self-test failed: /);
  expect(hasFused('Decoder')).toBe(false);
  expect((await startBackend('wasm')).kernels).toMatch(/^stock \+ own/);
});

describe('the self-test', () => {
  test.each([
    { name: 'loss', change: (values: ReturnType<typeof selfTestValues>) => ({ ...values, loss: values.loss + 1e-3 }), message: 'the self-test failed: loss is' },
    { name: 'gradient', change: (values: ReturnType<typeof selfTestValues>) => ({ ...values, gradients: { ...values.gradients, norm: 0.0316 } }), message: 'gradient of norm is 0.0316' },
    { name: 'not a number', change: (values: ReturnType<typeof selfTestValues>) => ({ ...values, loss: Number.NaN }), message: 'loss is NaN' },
    { name: 'missing', change: (values: ReturnType<typeof selfTestValues>) => ({ ...values, gradients: {} }), message: 'gradient of embedding.token is NaN' },
  ])('notices a wrong $name', async ({ change, message }) => {
    await startBackend('cpu');
    expect(() => runSelfTest(change(selfTestValues()))).toThrow(message);
  });
});

describe('the native backend', () => {
  const install = (name: string, code: string): string => {
    const folder = path.join(scratch, name);
    const home = path.join(folder, 'node_modules/@tensorflow/tfjs-node');
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'index.js'), code);
    return folder;
  };

  test.each([
    { name: 'absent', folder: () => path.join(scratch, 'nowhere'), message: '@tensorflow/tfjs-node is not installed' },
    { name: 'without its library', folder: () => install('broken', 'throw new Error("libtensorflow.so.2: cannot open\\nmore")'), message: '@tensorflow/tfjs-node is installed but cannot be loaded: libtensorflow.so.2: cannot open' },
    { name: 'loaded without registering', folder: () => install('mute', ''), message: /backend.*tensorflow|did not start/i },
  ])('$name says so', async ({ folder, message }) => {
    await expect(startNative(folder())).rejects.toThrow(message);
  });

  test('one that registers itself is tested and used where it is asked for', async () => {
    // Stands for the real one, which needs a library that most machines lack: it registers a backend on the shared engine.
    const folder = install('working', 'const engine = globalThis._tfengine; engine.registerBackend("tensorflow", engine.registryFactory.cpu.factory);');
    tf.copyRegisteredKernels('cpu', 'tensorflow');
    vi.stubEnv(ENGINES.tensorflow.variable, folder);
    expect(await startBackend('tensorflow')).toMatchObject({ name: 'tensorflow', kernels: 'TensorFlow', reasons: [] });
    vi.unstubAllEnvs();
    tf.removeBackend('tensorflow');
  });

  test('what Node.js 23 removed is put back, what is there stays', () => {
    const isArray = (): boolean => true;
    const target: Record<string, unknown> = { isArray };
    restoreRemovedUtilities(target);
    expect(target.isArray).toBe(isArray);
    const isNullOrUndefined = target.isNullOrUndefined as (value: unknown) => boolean;
    expect([null, undefined, 0, ''].map(isNullOrUndefined)).toEqual([true, true, false, false]);
  });
});

test('probing reports each backend with its speed or its reason', async () => {
  vi.stubEnv('ALIGNMENT_GAP_ONNXRUNTIME', '/nowhere');
  const probes = await probeBackends({ ...STARTERS, tensorflow: fails('not installed') });
  expect(probes.map(({ name, available }) => ({ name, available }))).toEqual([
    { name: 'tensorflow', available: false },
    { name: 'onnx', available: false },
    { name: 'wasm', available: true },
    { name: 'cpu', available: true },
  ]);
  expect(probes[0]!.reason).toBe('not installed');
  expect(probes[1]!.reason).toContain('onnxruntime-node is not installed');
  for (const probe of probes.slice(2)) expect(probe.stepMilliseconds).toBeGreaterThan(0);
  expect(probes[2]!.stepMilliseconds).toBeLessThan(probes[3]!.stepMilliseconds!);
}, 120_000);

test.each([
  { name: 'beside the program', place: 'a/dist', from: 'a/dist', found: 'a/dist' },
  { name: 'in node_modules further up', place: 'b/node_modules/@tensorflow/tfjs-backend-wasm/dist', from: 'b/src/deep', found: 'b/node_modules/@tensorflow/tfjs-backend-wasm/dist' },
])('the wasm binary is found $name', ({ place, from, found }) => {
  mkdirSync(path.join(scratch, place), { recursive: true });
  writeFileSync(path.join(scratch, place, 'tfjs-backend-wasm-simd.wasm'), '');
  expect(wasmFolder(path.join(scratch, from))).toBe(path.join(scratch, found));
});
