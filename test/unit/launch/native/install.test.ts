/** Installing: what becomes visible works, and whatever goes wrong leaves nothing behind but a log that says why. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { engineFolder, findEngine, readInstallation } from '../../../../src/engines';
import { InstallCancelled, InstallError, installEngine, nativeStatus, removeEngine, type InstallEvent } from '../../../../src/launch/native';
import { lackOfRoom } from '../../../../src/launch/native/disk';
import { FAKE_TRAINER } from '../support';
import { isGone, machineWith, until, type Behaviour, type Machine } from './support';

afterEach(() => { vi.unstubAllEnvs(); });

const request = { engine: 'onnx', trainerPath: FAKE_TRAINER } as const;

async function install(signal?: AbortSignal): Promise<InstallEvent[]> {
  const events: InstallEvent[] = [];
  await installEngine(request, (event) => events.push(event), signal);
  return events;
}

const failure = async (work: Promise<unknown>): Promise<InstallError> => {
  const error = await work.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(InstallError);
  return error as InstallError;
};

/** Nothing but the log, if that. */
const remains = async ({ home }: Machine): Promise<string[]> => (existsSync(home) ? readdir(home) : []);

const steps = (events: readonly InstallEvent[]) => events.flatMap((event) => (event.kind === 'step' ? [event.step] : []));

describe('when all goes well', () => {
  it('the engine appears whole, tried out, described, and without the builds of other machines', async () => {
    const machine = await machineWith({ npm: [{ print: 'npm http fetch GET 200 https://registry.example/onnxruntime-node' }] });
    const events: InstallEvent[] = [];
    const { folder, trial } = await installEngine(request, (event) => events.push(event));
    expect(folder).toBe(engineFolder('onnx', machine.home));
    expect(findEngine('onnx')).toEqual({ folder, from: 'installed' });
    expect(readInstallation(folder)).toMatchObject({ engine: 'onnx', version: '1.30.0', route: 'npm package' });
    expect(trial).toMatchObject({ works: true, from: 'installed', folder, stepMilliseconds: 20, wasmStepMilliseconds: 42 });
    expect(steps(events)).toEqual(['check', 'packages', 'self-test', 'finish']);
    expect(events).toContainEqual({ kind: 'output', line: 'npm http fetch GET 200 https://registry.example/onnxruntime-node' });
    expect(await readdir(path.join(folder, 'node_modules/onnxruntime-node/bin/napi-v6'))).toEqual([process.platform]);
    expect(await remains(machine)).toEqual(['onnx-1.30.0']);
    expect(await readFile(path.join(folder, 'install.log'), 'utf8')).toContain('npm http fetch GET 200');
  });

  it('asks npm for exactly this version, runs no script of it, and works in a folder that nobody looks into', async () => {
    const machine = await machineWith({ npm: [{}] });
    await install();
    const [call] = await machine.calls();
    expect(call?.args.slice(0, 2)).toEqual(['install', 'onnxruntime-node@1.30.0']);
    expect(call?.args).toContain('--ignore-scripts');
    expect(path.dirname(call?.cwd ?? '')).toBe(machine.home);
    expect(path.basename(call?.cwd ?? '')).toMatch(/^\.onnx-1\.30\.0\./);
  });

  it('one that is there is replaced, and what a killed installation left is swept away', async () => {
    const machine = await machineWith({ npm: [{}] });
    await install();
    const folder = engineFolder('onnx', machine.home);
    await writeFile(path.join(folder, 'old'), '');
    await mkdir(path.join(machine.home, '.onnx-1.30.0.dead', 'node_modules'), { recursive: true });
    await install();
    expect(existsSync(path.join(folder, 'old'))).toBe(false);
    expect(await remains(machine)).toEqual(['onnx-1.30.0']);
  });

  it('a tool that leaves a process behind with its pipes open does not hold it up', async () => {
    const machine = await machineWith({ npm: [{ leave: true }] });
    await install();
    for (const { name, pid } of await machine.calls()) if (name.endsWith('child')) process.kill(pid);
    expect(findEngine('onnx')?.from).toBe('installed');
  });
});

describe('when it fails', () => {
  it.each<[string, Behaviour, RegExp, RegExp]>([
    ['no network', { exit: 1, print: 'npm error code EAI_AGAIN\nnpm error getaddrinfo EAI_AGAIN registry.example' }, /ONNX Runtime could not be installed: the package registry cannot be reached/, /npm ping/],
    ['the registry lacks it', { exit: 1, print: 'npm error code E404' }, /does not have this version/, /npm config get registry/],
    ['a full disk', { exit: 228, print: 'npm error code ENOSPC' }, /the disk is full/, /--folder/],
    ['an old Node', { exit: 1, print: 'npm error code EBADENGINE' }, /too old/, /Node 20/],
    ['something that nobody knows', { exit: 7, print: 'npm error Cannot read properties of null\nnpm error A complete log of this run can be found in: x' }, /npm ended with code 7, saying: npm error Cannot read properties of null/, /log/],
    ['npm without a word', { exit: 1 }, /npm ended with code 1\./, /log/],
  ])('%s: cause, next step and log; nothing else stays', async (_, behaviour, message, next) => {
    const machine = await machineWith({ npm: [behaviour] });
    const error = await failure(install());
    expect(error.message).toMatch(message);
    expect(error.next).toMatch(next);
    expect(await remains(machine)).toEqual(['onnx-1.30.0.log']);
    expect(error.place).toBe(path.join(machine.home, 'onnx-1.30.0.log'));
    expect(await readFile(error.place, 'utf8')).toContain(behaviour.print ?? '== Fetching');
    expect(findEngine('onnx')).toBeUndefined();
  });

  it.each<[string, string, RegExp]>([
    ['does not load', JSON.stringify({ works: false, reason: "libc.so.6: version `GLIBC_2.28' not found" }), /was fetched and does not work here: the system's C library is too old/],
    ['computes wrongly', JSON.stringify({ works: false, reason: 'the self-test failed: loss is 3, should be 2' }), /does not work here: the self-test failed: loss is 3/],
    ['crashes', 'crash', /processor lacks instructions/],
  ])('an engine that %s never becomes visible, and the one before stays', async (_, trial, message) => {
    const machine = await machineWith({ npm: [{}] });
    await install();
    const before = readInstallation(engineFolder('onnx', machine.home));
    vi.stubEnv('FAKE_TRIAL', trial);
    expect((await failure(install())).message).toMatch(message);
    expect(readInstallation(engineFolder('onnx', machine.home))).toEqual(before);
    expect(await remains(machine)).toEqual(['onnx-1.30.0', 'onnx-1.30.0.log']);
  });

  it('a home that cannot be made says so', async () => {
    const machine = await machineWith({ npm: [{}] });
    const file = path.join(machine.bin, 'npm');
    const error = await failure(installEngine({ ...request, home: path.join(file, 'below a file') }, () => undefined));
    expect(error.message).toMatch(/ENOTDIR/);
  });

  it('a disk without room is noticed before anything is fetched', async () => {
    expect(await lackOfRoom('onnx', '/data', () => Promise.resolve(3e8))).toMatchObject({ cause: 'it needs 0.4 GB of room, and /data has 0.3 GB' });
    expect(await lackOfRoom('tensorflow', '/data', () => Promise.resolve(1.9e9))).toBeDefined();
    expect(await lackOfRoom('onnx', '/data', () => Promise.resolve(4e8))).toBeUndefined();
    expect(await lackOfRoom('onnx', os.tmpdir(), undefined)).toBeUndefined();
  });
});

describe('when it is cancelled', () => {
  it('all that was started ends, and nothing stays', async () => {
    const machine = await machineWith({ npm: [{ hang: true }] });
    const controller = new AbortController();
    const work = install(controller.signal);
    work.catch(() => undefined);
    await until('npm and its child are at work', async () => (await machine.calls()).length === 2);
    const pids = (await machine.calls()).map(({ pid }) => pid);
    expect(pids.map(isGone)).toEqual([false, false]);
    controller.abort();
    expect(await failure(work)).toBeInstanceOf(InstallCancelled);
    await until('both are gone', () => pids.every(isGone));
    expect(await remains(machine)).toEqual([]);
  });

  it('before it began', async () => {
    const machine = await machineWith({ npm: [{}] });
    expect(await failure(install(AbortSignal.abort()))).toBeInstanceOf(InstallCancelled);
    expect(await machine.calls()).toEqual([]);
    expect(await remains(machine)).toEqual([]);
  });

  it('the next one works', async () => {
    await machineWith({ npm: [{}] });
    await failure(install(AbortSignal.abort()));
    expect(steps(await install())).toContain('finish');
  });
});

describe('two at once', () => {
  it('the second is told who is at it, and the first ends well', async () => {
    const machine = await machineWith({ npm: [{ hang: true }] });
    const controller = new AbortController();
    const first = install(controller.signal);
    first.catch(() => undefined);
    await until('the first is at work', async () => (await machine.calls()).length > 0);
    const error = await failure(install());
    expect(error.message).toContain(`Process ${process.pid} on ${os.hostname()} is installing or removing`);
    expect(error.next).toContain('alignment-gap native');
    await expect(removeEngine('onnx')).rejects.toThrow(/is installing or removing/);
    controller.abort();
    await failure(first);
  });
});

describe('what is there, and removing it', () => {
  it('tells of each engine whether it works, is broken or absent', async () => {
    await machineWith({ npm: [{}] });
    expect((await nativeStatus(FAKE_TRAINER)).map(({ engine, state }) => [engine, state])).toEqual([['onnx', 'absent'], ['tensorflow', 'absent']]);
    await install();
    expect((await nativeStatus(FAKE_TRAINER))[0]).toMatchObject({ engine: 'onnx', state: 'works', from: 'installed', installation: { route: 'npm package' } });
    vi.stubEnv('FAKE_TRIAL', 'crash');
    expect((await nativeStatus(FAKE_TRAINER))[0]).toMatchObject({ state: 'broken', reason: expect.stringContaining('SIGILL') as unknown });
  });

  it('removes it with all that belongs to it; nothing is there, nothing is done', async () => {
    const machine = await machineWith({ npm: [{}, { exit: 1 }] });
    expect(await removeEngine('onnx')).toBeUndefined();
    await install();
    await failure(install());
    expect(await removeEngine('onnx')).toBe(engineFolder('onnx', machine.home));
    expect(await remains(machine)).toEqual([]);
    expect(await removeEngine('onnx')).toBeUndefined();
  });
});
