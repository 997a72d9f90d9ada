/** The two ways to tfjs-node: its own, and the one through the Python wheel, which is taken when the first is closed. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { engineFolder, readInstallation } from '../../../../src/engines';
import { installEngine, type InstallEvent } from '../../../../src/launch/native';
import { UNPACK } from '../../../../src/launch/native/tensorflow';
import { FAKE_TRAINER, temporaryFolder } from '../support';
import { machineWith, type Behaviour, type Machine, type Tools } from './support';

afterEach(() => { vi.unstubAllEnvs(); });

const CLOSED: Behaviour = { exit: 1, print: 'npm error https://storage.googleapis.com/tensorflow/libtensorflow/x.tar.gz\nnpm error Error: getaddrinfo ENOTFOUND storage.googleapis.com' };
const OFFLINE: Behaviour = { exit: 1, print: 'npm error getaddrinfo ENOTFOUND registry.example' };

async function install(tools: Tools): Promise<{ machine: Machine; events: InstallEvent[]; error: (Error & { next?: string }) | undefined }> {
  const machine = await machineWith(tools);
  const events: InstallEvent[] = [];
  const error = await installEngine({ engine: 'tensorflow', trainerPath: FAKE_TRAINER }, (event) => events.push(event)).then(() => undefined, (reason: unknown) => reason as Error);
  return { machine, events, error };
}

const steps = (events: readonly InstallEvent[]) => events.flatMap((event) => (event.kind === 'step' ? [event.step] : []));

describe('the way that is taken', () => {
  it('is the package\'s own where that is open: neither Python nor a compiler is asked for', async () => {
    const { machine, events, error } = await install({ npm: [{}] });
    expect(error).toBeUndefined();
    expect(steps(events)).toEqual(['check', 'library', 'self-test', 'finish']);
    expect((await machine.calls()).map(({ args }) => args.includes('--ignore-scripts'))).toEqual([false]);
    expect(readInstallation(engineFolder('tensorflow', machine.home))?.route).toBe('npm package with its own library');
  });

  it.runIf(process.platform === 'linux')('is the Python wheel\'s where it is closed', async () => {
    const { machine, events, error } = await install({ npm: [CLOSED, {}], python3: [{}], 'g++': [{}] });
    expect(error).toBeUndefined();
    expect(steps(events)).toEqual(['check', 'library', 'packages', 'wheel', 'unpack', 'compile', 'self-test', 'finish']);
    expect(events).toContainEqual({ kind: 'note', message: expect.stringContaining('storage.googleapis.com') as unknown });
    const folder = path.join(engineFolder('tensorflow', machine.home), 'node_modules', '@tensorflow', 'tfjs-node');
    expect(existsSync(path.join(folder, 'lib/napi-v8/tfjs_binding.node'))).toBe(true);
    // Relative, for the folder is renamed when all is done.
    expect(await readlink(path.join(folder, 'deps/lib/libtensorflow.so'))).toBe('libtensorflow_cc.so.2');
    expect(await readdir(path.join(folder, 'deps')), 'what only the compiler reads is gone').toEqual(['lib']);
    expect((await readdir(engineFolder('tensorflow', machine.home))).sort()).toEqual(['install.log', 'installed.json', 'node_modules', 'package.json']);
    const compiler = (await machine.calls()).find(({ name }) => name === 'g++');
    expect(compiler?.args).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib');
  });

  it.runIf(process.platform === 'linux')('is the wheel\'s too where npm is told to run no scripts', async () => {
    const { events, error } = await install({ npm: [{ blocked: true }, {}], python3: [{}], 'g++': [{}] });
    expect(error).toBeUndefined();
    expect(steps(events)).toContain('compile');
    expect(events).toContainEqual({ kind: 'note', message: expect.stringContaining('npm did not run its install script') as unknown });
  });

  it.runIf(process.platform === 'linux')('asks for the wheel of another Python where there is none for this one', async () => {
    const { machine, error } = await install({ npm: [CLOSED, {}], python3: [{ exit: 1, print: 'ERROR: No matching distribution found for tensorflow-cpu==2.21.0' }, {}], 'g++': [{}] });
    expect(error).toBeUndefined();
    const downloads = (await machine.calls()).filter(({ name, args }) => name === 'python3' && args.includes('pip'));
    expect(downloads.map(({ args }) => args.includes('--python-version=3.12'))).toEqual([false, true]);
  });
});

describe.runIf(process.platform === 'linux')('when both ways are closed, each has its cause and its next step', () => {
  const closed = /^TensorFlow could not be installed: by its own installation: its library could not be fetched from storage\.googleapis\.com; by the Python wheel: /;
  it.each<[string, Tools, RegExp, RegExp]>([
    ['neither Python nor a compiler', { npm: [CLOSED] }, /python3 with pip and a C\+\+ compiler \(g\+\+\) would be needed and is not on PATH/, /firewall\. Or: Install it \(Debian: apt install python3-pip g\+\+\)\./],
    ['no compiler', { npm: [CLOSED], python3: [{}] }, /: a C\+\+ compiler \(g\+\+\) would be needed/, /apt install g\+\+\)/],
    ['no Python', { npm: [CLOSED], 'g++': [{}] }, /: python3 with pip would be needed/, /apt install python3-pip\)/],
    ['no pip', { npm: [CLOSED, {}], python3: [{ exit: 1, print: 'python3: No module named pip' }], 'g++': [{}] }, /Python has no pip/, /ensurepip/],
    ['no package index', { npm: [CLOSED, {}], python3: [{ exit: 1, print: "NewConnectionError('…'): Failed to establish a new connection" }], 'g++': [{}] }, /package index cannot be reached/, /pip config list/],
    ['no wheel', { npm: [CLOSED, {}], python3: [{ exit: 1, print: 'ERROR: No matching distribution found' }], 'g++': [{}] }, /no wheel for this machine/, /glibc/],
    ['a full disk', { npm: [CLOSED, {}], python3: [{}, { exit: 1, print: 'OSError: [Errno 28] No space left on device' }], 'g++': [{}] }, /disk is full/, /--folder/],
    ['a compiler that fails', { npm: [CLOSED, {}], python3: [{}], 'g++': [{ exit: 1, print: 'tfjs_backend.cc:1:2: error: no' }] }, /g\+\+ ended with code 1, saying: tfjs_backend\.cc:1:2: error: no/, /log/],
  ])('%s', async (_, tools, cause, next) => {
    const { machine, error } = await install(tools);
    expect(error?.message).toMatch(closed);
    expect(error?.message).toMatch(cause);
    expect(error?.next).toMatch(next);
    expect(await readdir(machine.home)).toEqual(['tensorflow-4.22.0.log']);
  });

  it('a cause that closes both is told once', async () => {
    const { error } = await install({ npm: [OFFLINE], python3: [{}], 'g++': [{}] });
    expect(error?.message).toBe('TensorFlow could not be installed: the package registry cannot be reached.');
  });
});

function realPython(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import zipfile'], { stdio: 'ignore' });
    return 'python3';
  } catch {
    return undefined;
  }
}

it('of a wheel only headers and libraries are taken, and nothing that points out of its folder', async (context) => {
  const python = realPython();
  if (python === undefined) {
    console.warn('Skipped: no python3 on PATH');
    return context.skip('no python3 on PATH');
  }
  const folder = await temporaryFolder();
  const wheel = path.join(folder, 'a.whl');
  const text = new Uint8Array([65]);
  writeFileSync(wheel, zipSync({
    'tensorflow/include/tensorflow/c/c_api.h': text, 'tensorflow/include/../../../../out.h': text, 'tensorflow/libtensorflow_cc.so.2': text,
    'tensorflow/libtensorflow_framework.so.2': text, 'tensorflow/python/ops.py': text, 'tensorflow/lite/libtensorflow_cc.so.2': text, 'other/include/x.h': text,
  }));
  await mkdir(path.join(folder, 'package'));
  execFileSync(python, ['-c', UNPACK, path.join(folder, 'package'), wheel]);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
  expect(files.sort()).toEqual(['a.whl', 'package/deps/include/tensorflow/c/c_api.h', 'package/deps/lib/libtensorflow_cc.so.2', 'package/deps/lib/libtensorflow_framework.so.2']);
});
