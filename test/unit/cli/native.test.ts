/** `alignment-gap native` as a person calls it: a process of its own, with test doubles of the tools behind it. */
import { copyFileSync, existsSync, linkSync, mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { doctorText, type Findings } from '../../../src/cli/commands/doctor';
import { engineFolder } from '../../../src/engines';
import { machineWith, until, type Tools } from '../launch/native/support';
import { bundleCli, call, type CallOptions } from './support';

let cli: string;
beforeAll(async () => { cli = await bundleCli(); });
afterEach(() => { vi.unstubAllEnvs(); });

async function machine(tools: Tools) {
  const made = await machineWith(tools);
  return { ...made, native: (args: readonly string[], options: Partial<CallOptions> = {}) => call(cli, ['native', ...args], { cwd: made.bin, ...options }) };
}

describe('native', () => {
  it('installs, shows and removes; what it does is told on standard error, what came of it on standard output', async () => {
    const { native, home } = await machine({ npm: [{ print: 'npm http fetch' }] });
    const before = await native([]);
    expect(before.code).toBe(0);
    expect(before.out).toMatch(/^onnx +onnxruntime-node 1\.30\.0 +not installed$/m);
    expect(before.out).toContain('Install it with: alignment-gap native install onnx\n');
    const installed = await native(['install', 'onnx']);
    expect(installed).toMatchObject({ code: 0, out: `ONNX Runtime 1.30.0 works: self-test passed, 20 ms a step against 42 ms on WebAssembly\nIt is in ${engineFolder('onnx', home)}\n` });
    expect(installed.err).toBe('Looking whether this machine can have it\nFetching onnxruntime-node 1.30.0 from the package registry (about 120 MB)\nTrying it out in a process of its own\nPutting it in its place\nAn experiment trains with it when its "backend" is "onnx"\n');
    const after = await native([]);
    expect(after.out).toMatch(/^onnx .* works: self-test passed, 20 ms a step against 42 ms on WebAssembly +installed in .*onnx-1\.30\.0$/m);
    expect(await native(['remove', 'onnx'])).toMatchObject({ code: 0, out: '', err: `Removed ${engineFolder('onnx', home)}\n` });
    expect(await native(['remove', 'onnx'])).toMatchObject({ code: 0, err: `ONNX Runtime is not installed in ${home}.\n` });
  });

  it('prints one document with --json, and says of a folder of one\'s own how it is found', async () => {
    const { native, bin } = await machine({ npm: [{}] });
    const folder = path.join(bin, 'elsewhere');
    const installed = await native(['install', 'onnx', '--folder', folder, '--json']);
    expect(JSON.parse(installed.out)).toMatchObject({ schema: 'alignment-gap/native-install@1', engine: 'onnx', folder: engineFolder('onnx', folder), route: 'npm package', trial: { works: true } });
    expect(installed.err).toContain(`set ALIGNMENT_GAP_NATIVE to it`);
    const shown = await native(['--folder', folder, '--json']);
    expect(JSON.parse(shown.out)).toMatchObject({ schema: 'alignment-gap/native@1', home: folder, engines: [{ engine: 'onnx', state: 'works', from: 'installed' }, { engine: 'tensorflow', state: 'absent' }] });
    expect(JSON.parse((await native(['--json'])).out)).toMatchObject({ engines: [{ state: 'absent' }, { state: 'absent' }] });
    expect(JSON.parse((await native(['remove', 'onnx', '--folder', folder, '--json'])).out)).toEqual({ schema: 'alignment-gap/native-remove@1', engine: 'onnx', removed: engineFolder('onnx', folder) });
  });

  it('says so when the engine is not the quicker one', async () => {
    const { native } = await machine({ npm: [{}] });
    const { err } = await native(['install', 'onnx'], { env: { FAKE_TRIAL: '{"stepMilliseconds":50}' } });
    expect(err).toContain('not quicker than WebAssembly here; "backend": "wasm"');
  });

  it('a failure has cause, place and next step: exit 1', async () => {
    const { native, home } = await machine({ npm: [{ exit: 1, print: 'npm error code ENOTFOUND' }] });
    const { code, out, err } = await native(['install', 'onnx']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`alignment-gap: ONNX Runtime could not be installed: the package registry cannot be reached.\n  where: ${path.join(home, 'onnx-1.30.0.log')}\n  next:  Check the network`);
  });

  it('one that is broken is shown with its reason: exit 1', async () => {
    const { native } = await machine({ npm: [{}] });
    await native(['install', 'onnx']);
    const { code, out } = await native([], { env: { FAKE_TRIAL: '{"works":false,"reason":"libgomp.so.1 is gone"}' } });
    expect(code).toBe(1);
    expect(out).toMatch(/^onnx .* does not work: libgomp\.so\.1 is gone/m);
  });

  it.runIf(process.platform !== 'win32')('Ctrl-C ends what was started and removes what was half-made: exit 1', async () => {
    const { native, home, calls } = await machine({ npm: [{ hang: true }] });
    const { code, err } = await native(['install', 'onnx'], {
      onStart: (child) => void until('npm is at work', async () => (await calls()).length === 2).then(() => child.kill('SIGINT')),
    });
    expect(code).toBe(1);
    expect(err).toContain('Cancelling…\nalignment-gap: The installation was cancelled; nothing was left behind.\n');
    expect(await readdir(home)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('no npm: names where it was looked for', async () => {
    const { bin, home } = await machine({});
    // npm lies beside the Node that runs the tests: so they need one that stands alone.
    const lone = path.join(bin, 'alone', 'node');
    mkdirSync(path.dirname(lone));
    try {
      linkSync(process.execPath, lone);
    } catch {
      copyFileSync(process.execPath, lone);
    }
    const { code, err } = await call(cli, ['native', 'install', 'onnx'], { cwd: bin, node: lone });
    expect(code).toBe(1);
    expect(err).toContain(`could not be installed: npm is neither on PATH nor beside ${lone}.`);
    expect(err).toMatch(/next: +Install Node with npm/);
    expect(existsSync(engineFolder('onnx', home))).toBe(false);
  });
});

it('doctor names the command for an engine that is not there, once', () => {
  const backends = [
    { name: 'onnx', available: false, reason: 'onnxruntime-node is not installed' },
    { name: 'tensorflow', available: false, reason: 'not installed (to install it: alignment-gap native install tensorflow)' },
    { name: 'cpu', available: false, reason: 'no reason' },
  ];
  const findings: Findings = { schema: 'alignment-gap/doctor@1', version: '0', node: 'v20', platform: 'linux x64', cpu: 'any', cores: 2, memoryBytes: 1, freeMemoryBytes: 1, launchers: ['local'], output: { ok: true, path: '/' }, training: { ok: true, path: '/trainer.js', probe: { backends } } };
  const lines = doctorText(findings).split('\n');
  expect(lines.map((line) => line.match(/alignment-gap native install \w+/g) ?? []).filter((found) => found.length > 0)).toEqual([['alignment-gap native install onnx'], ['alignment-gap native install tensorflow']]);
});
