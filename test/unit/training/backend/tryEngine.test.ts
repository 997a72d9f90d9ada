/** Trying an engine out, in the real training process: one that computes wrongly must fail where a run would. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engineForTests } from '../../../fixtures/nativeEngines';
import { ENGINES, type EngineTrial } from '../../../../src/engines';
import { bundleTrainer } from '../support/trainer';

let folder: string;
let trainer: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'try-'));
  trainer = await bundleTrainer(folder);
}, 60_000);
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function tryOnnx(engine: string): EngineTrial {
  const env = { ...process.env, [ENGINES.onnx.variable]: engine };
  const lines = execFileSync(process.execPath, [trainer, 'try', 'onnx'], { env, encoding: 'utf8' }).trim().split('\n');
  return JSON.parse(lines.at(-1) ?? '') as EngineTrial;
}

/** A package in place of the real one. */
function packageOf(name: string, source: string): string {
  const place = path.join(folder, name, 'node_modules', ENGINES.onnx.package);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'index.js'), source);
  return path.join(folder, name);
}

const RUNTIME = `
  exports.env = { versions: { node: '1.30.0' } };
  exports.Tensor = class { constructor(type, data, dims) { Object.assign(this, { data, dims }); } };`;

it.each<[string, string, RegExp]>([
  ['does not load', 'throw new Error("libfast.so: cannot open shared object file");', /cannot be loaded: libfast\.so: cannot open shared object file/],
  ['computes nothing', `${RUNTIME} exports.InferenceSession = { create: async () => ({ run: async (_, results) => results, release: async () => {} }) };`, /the self-test failed: loss is 0, should be /],
  ['knows too little', `${RUNTIME} exports.InferenceSession = { create: async () => { throw new Error('opset 18 is not supported'); } };`, /does not accept the recorded training step: opset 18 is not supported/],
])('one that %s', (name, source, reason) => {
  const place = packageOf(name, source);
  expect(tryOnnx(place)).toEqual({ engine: 'onnx', version: ENGINES.onnx.version, from: 'variable', folder: place, works: false, reason: expect.stringMatching(reason) as unknown });
}, 60_000);

it('the real one works, and is timed beside WebAssembly', (context) => {
  const place = engineForTests('onnx');
  if (place === undefined) {
    const reason = `${ENGINES.onnx.package} is not there; set ${ENGINES.onnx.variable} to a folder that has it to run this test`;
    console.warn(`Skipped: ${reason}`);
    return context.skip(reason);
  }
  const { works, stepMilliseconds, wasmStepMilliseconds } = tryOnnx(place);
  expect([works, (stepMilliseconds ?? 0) > 0, (wasmStepMilliseconds ?? 0) > 0]).toEqual([true, true, true]);
}, 60_000);
