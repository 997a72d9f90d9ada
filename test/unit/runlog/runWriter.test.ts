import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRun, readRunManifest, readSamples, RunLogError, RunWriter, writeFileAtomic } from '../../../src/runlog';
import { checkpoint, manifest, started, temporaryFolder, TIME } from './support';

const noSpace = (): never => {
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
};

describe('RunWriter', () => {
  it('creates, is opened again, and each event is one line', async () => {
    const directory = path.join(temporaryFolder(), 'study', 'run');
    const writer = await RunWriter.create(directory, manifest());
    writer.append(started());
    writer.append(checkpoint(0));
    writer.close();
    const again = await RunWriter.open(directory);
    again.append({ event: 'finished', time: TIME });
    await again.updateManifest({ artefacts: { sft: 'abc' } });
    again.close();
    expect(readFileSync(path.join(directory, 'metrics.jsonl'), 'utf8').split('\n')).toHaveLength(4);
    expect(await readRunManifest(directory)).toEqual({ ...manifest(), artefacts: { sft: 'abc' } });
    expect(await readRun(directory)).toMatchObject({ status: 'finished', environment: { artefacts: { sft: 'abc' } } });
  });

  it('cuts off the line that a killed writer left torn', async () => {
    const directory = temporaryFolder();
    (await RunWriter.create(directory, manifest())).close();
    const log = path.join(directory, 'metrics.jsonl');
    writeFileSync(log, `${JSON.stringify(started())}\n${JSON.stringify(checkpoint(0))}\n{"event":"checkpoint","st`);
    const writer = await RunWriter.open(directory);
    writer.append(checkpoint(10));
    writer.close();
    const run = await readRun(directory);
    expect(run.checkpoints.map(({ step }) => step)).toEqual([0, 10]);
    expect(run.warnings).toEqual([]);
  });

  it('cuts off a torn first line too', async () => {
    const directory = temporaryFolder();
    (await RunWriter.create(directory, manifest())).close();
    appendFileSync(path.join(directory, 'metrics.jsonl'), 'x'.repeat(200_000));
    (await RunWriter.open(directory)).close();
    expect(readFileSync(path.join(directory, 'metrics.jsonl'), 'utf8')).toBe('');
  });

  it('on a full disk says cause, place, next step and what is safe, and leaves no torn line', async () => {
    const directory = temporaryFolder();
    let full = false;
    let isTorn = false;
    // As a disk does: it takes what still fits, and refuses the rest.
    const write = (fd: number, bytes: Uint8Array): number => {
      if (!full) return writeSync(fd, bytes);
      isTorn = !isTorn;
      return isTorn ? writeSync(fd, bytes.subarray(0, 20)) : noSpace();
    };
    const writer = await RunWriter.create(directory, manifest(), { write });
    writer.append(checkpoint(50));
    full = true;
    const failing = (): void => { writer.append(checkpoint(60)); };
    expect(failing).toThrow(RunLogError);
    expect(failing).toThrow(/the disk is full \(.*metrics\.jsonl\)\. Nothing was lost up to step 50; make room or check the permissions, then resume the run\./);
    full = false;
    writer.append(checkpoint(70));
    writer.close();
    expect((await readRun(directory)).checkpoints.map(({ step }) => step)).toEqual([50, 70]);
  });

  it('on a device that is full', async (ctx) => {
    if (!existsSync('/dev/full')) {
      console.warn('No /dev/full on this machine: only the simulated full disk is tested.');
      ctx.skip('no /dev/full');
    }
    const directory = temporaryFolder();
    (await RunWriter.create(directory, manifest())).close();
    symlinkSync('/dev/full', path.join(directory, 'samples.jsonl'));
    const writer = await RunWriter.open(directory);
    const sample = { step: 0, prompt: 'p', completion: 'c', opponent: 'o', golden: 'win', proxy: 'tie' } as const;
    expect(() => { writer.appendSamples([sample]); }).toThrow(/the disk is full .*samples\.jsonl/);
    writer.close();
  });

  it('keeps the later of samples written twice', async () => {
    const directory = temporaryFolder();
    const writer = await RunWriter.create(directory, manifest());
    const sample = (step: number, completion: string) => ({ step, prompt: 'p', completion, opponent: 'o', golden: 'win', proxy: 'tie' }) as const;
    writer.appendSamples([sample(0, 'a'), sample(10, 'b')]);
    writer.appendSamples([sample(10, 'c')]);
    writer.close();
    expect((await readSamples(directory)).map(({ completion }) => completion)).toEqual(['a', 'c']);
    expect((await readSamples(directory, 10)).map(({ completion }) => completion)).toEqual(['c']);
  });

  it('opens no folder that is not a run', async () => {
    await expect(RunWriter.open(temporaryFolder())).rejects.toThrow(/Could not read the run: it does not exist \(.*run\.json\)\. Check the path\./);
  });
});

describe('writeFileAtomic', () => {
  it('makes folders, replaces, and leaves nothing aside', async () => {
    const folder = path.join(temporaryFolder(), 'a', 'b');
    await writeFileAtomic(path.join(folder, 'f'), 'one');
    await writeFileAtomic(path.join(folder, 'f'), new TextEncoder().encode('two'));
    expect(readFileSync(path.join(folder, 'f'), 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('leaves the old file when it fails', async () => {
    const folder = temporaryFolder();
    const target = path.join(folder, 'f');
    mkdirSync(target);
    writeFileSync(path.join(target, 'inside'), 'old');
    await expect(writeFileAtomic(target, 'new')).rejects.toThrow(RunLogError);
    expect(readdirSync(folder)).toEqual(['f']);
    expect(readFileSync(path.join(target, 'inside'), 'utf8')).toBe('old');
  });
});
