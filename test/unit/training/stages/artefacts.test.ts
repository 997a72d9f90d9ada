import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as processes from '../../../../src/runlog/process';
import { ArtefactStore, digestOf } from '../../../../src/training/stages/artefacts';

vi.mock('../../../../src/runlog/process', { spy: true });

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'artefacts-')); });
afterEach(() => {
  vi.mocked(processes.isAlive).mockReset();
  rmSync(folder, { recursive: true, force: true });
});

const stage = { kind: 'sft', digest: 'abc', inputs: { steps: 3 } } as const;

describe('digestOf', () => {
  it.each([
    { name: 'key order does not matter', a: { x: 1, y: [2] }, b: { y: [2], x: 1 }, same: true },
    { name: 'an undefined key is absent', a: { x: 1, y: undefined }, b: { x: 1 }, same: true },
    { name: 'list order matters', a: [1, 2], b: [2, 1], same: false },
    { name: 'a number is not its text', a: { x: 1 }, b: { x: '1' }, same: false },
  ])('$name', ({ a, b, same }) => {
    expect(digestOf(a) === digestOf(b)).toBe(same);
  });
});

describe('ArtefactStore', () => {
  it('computes once and then serves what is there', async () => {
    const store = new ArtefactStore(folder);
    let computed = 0;
    const compute = (at: string): Promise<Record<string, number>> => {
      computed += 1;
      writeFileSync(path.join(at, 'weights'), 'w');
      return Promise.resolve({ accuracy: 0.5 });
    };
    expect((await store.ensure(stage, compute)).cached).toBe(false);
    const again = await store.ensure(stage, compute);
    expect(again).toMatchObject({ cached: true, description: { facts: { accuracy: 0.5 } } });
    expect(computed).toBe(1);
    expect(readFileSync(path.join(store.pathOf('abc'), 'weights'), 'utf8')).toBe('w');
  });

  it('computes once for two that ask at the same time', async () => {
    let computed = 0;
    const compute = async (): Promise<Record<string, number>> => {
      computed += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return {};
    };
    await Promise.all([new ArtefactStore(folder).ensure(stage, compute), new ArtefactStore(folder).ensure(stage, compute)]);
    expect(computed).toBe(1);
  });

  it('leaves nothing behind when computing fails, and can try again', async () => {
    const store = new ArtefactStore(folder);
    await expect(store.ensure(stage, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(existsSync(store.pathOf('abc'))).toBe(false);
    expect((await store.ensure(stage, () => Promise.resolve({}))).cached).toBe(false);
  });

  it('takes over from an owner that died', async () => {
    writeFileSync(path.join(folder, 'abc.lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: os.hostname() }));
    expect((await new ArtefactStore(folder).ensure(stage, () => Promise.resolve({}))).cached).toBe(false);
  });

  it('leaves the lock of whoever took over first alone, also between seeing a dead one and removing it', async () => {
    const [lock, store] = [path.join(folder, 'abc.lock'), new ArtefactStore(folder)];
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: os.hostname() }));
    vi.mocked(processes.isAlive).mockImplementationOnce(() => {
      // Another process (our parent stands for it) is quicker by a hair.
      writeFileSync(lock, JSON.stringify(processes.processIdentity(process.ppid)));
      return false;
    });
    const late = store.ensure(stage, () => Promise.reject(new Error('two compute at once')));
    late.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.ppid });
    mkdirSync(store.pathOf('abc'));
    writeFileSync(path.join(store.pathOf('abc'), 'artefact.json'), JSON.stringify({ ...stage, facts: {} }));
    expect(await late).toMatchObject({ cached: true });
  });
});
