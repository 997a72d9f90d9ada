/** Folders of event files as runs, and files that grow, shrink and change. */
import { appendFileSync, copyFileSync, mkdirSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect, follow, importLog } from '../../../../src/importers';
import { temporaryFolder } from '../../runlog/support';
import { claim, concatenated, encode, eventFile, frame, scalars, sessionStart } from '../support/eventWriter';

const FILE = 'events.out.tfevents.1700000000.host.1.0';
const stepsOf = (run: { checkpoints: readonly { step: number }[] } | undefined): number[] => run?.checkpoints.map(({ step }) => step) ?? [];
const line = (step: number): [number, number] => [step, 1 / step];
const steps = (...of: number[]): [number, number][] => of.map(line);

function write(file: string, bytes: Uint8Array): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

describe('detection', () => {
  it.each([
    ['a folder with an event file', (root: string) => { write(path.join(root, FILE), eventFile([])); return root; }, 'holds TensorBoard events'],
    ['an event file', (root: string) => write(path.join(root, FILE), eventFile([])), 'its name is that of an event file'],
    ['an event file under another name', (root: string) => write(path.join(root, 'log.bin'), eventFile([])), 'it begins as an event file'],
    ['splits of Keras', (root: string) => { write(path.join(root, 'train', FILE), eventFile([])); return root; }, 'train/ holds TensorBoard events'],
  ])('knows %s', async (_, make, reason) => {
    const [found] = await detect(make(temporaryFolder()));
    expect(found).toMatchObject({ source: 'tensorboard' });
    expect(found!.reason).toContain(reason);
  });
});

describe('runs', () => {
  it('drops what an earlier attempt wrote after the step at which the next one began', async () => {
    const root = temporaryFolder();
    write(path.join(root, 'events.out.tfevents.1700000000.h'), eventFile([...scalars('loss', steps(1, 2, 3, 4)), ...scalars('eval/loss', steps(4))]));
    write(path.join(root, 'events.out.tfevents.1700000900.h'), eventFile(scalars('loss', [[3, 9]])));
    const [run] = await importLog(root);
    expect(run!.checkpoints.map(({ step, raw }) => [step, raw])).toEqual([[1, { loss: 1 }], [2, { loss: 0.5 }], [3, { loss: 9 }]]);
    expect(run!.warnings).toContainEqual(expect.objectContaining({ code: 'restarted' }));
  });

  it('joins any number of attempts: what a later one wrote again takes the place of all that follows', async () => {
    const attempt = fc.record({ back: fc.nat(6), length: fc.integer({ min: 1, max: 8 }) });
    await fc.assert(fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 4 }), async (attempts) => {
      const root = temporaryFolder();
      const expected = new Map<number, number>();
      let isRestarted = false;
      for (const [i, { back, length }] of attempts.entries()) {
        const start = Math.max(1, (Math.max(0, ...expected.keys()) + 1) - back);
        const points = Array.from({ length }, (_, k): [number, number] => [start + k, i + k / 8]);
        // At the very step only the value is another.
        isRestarted ||= [...expected.keys()].some((step) => step > start);
        for (const step of [...expected.keys()]) if (step >= start) expected.delete(step);
        for (const [step, value] of points) expected.set(step, value);
        write(path.join(root, `events.out.tfevents.17000000${i}0.host`), eventFile(scalars('loss', points)));
      }
      const [run] = await importLog(root);
      expect(run!.checkpoints.map(({ step, raw }) => [step, raw['loss']])).toEqual([...expected].sort(([a], [b]) => a - b));
      expect(run!.warnings.some(({ code }) => code === 'restarted')).toBe(isRestarted);
    }), { numRuns: 60 });
  });

  it('takes a second writer beside the first for no restart', async () => {
    const root = temporaryFolder();
    write(path.join(root, 'events.out.tfevents.1700000000.h'), eventFile(scalars('loss', steps(1, 2, 3))));
    write(path.join(root, 'events.out.tfevents.1700000100.h'), eventFile(scalars('eval/loss', steps(2))));
    expect(stepsOf((await importLog(root))[0])).toEqual([1, 2, 3]);
  });

  it('goes back where the writer says so (SessionLog START)', async () => {
    const root = temporaryFolder();
    write(path.join(root, FILE), eventFile([...scalars('loss', steps(1, 2, 3)), { step: 2, session: 1 }, ...scalars('loss', [[2, 7]])]));
    expect((await importLog(root))[0]!.checkpoints.map(({ raw }) => raw['loss'])).toEqual([1, 7]);
  });

  it('takes the settings from text summaries and from the hparams plugin, secrets left out', async () => {
    const root = temporaryFolder();
    const args = JSON.stringify({ beta: 0.2, loss_type: ['ipo'], seed: 7, hub_token: 'hf_secret' });
    write(path.join(root, FILE), eventFile([{ values: [{ tag: 'args/text_summary', tensor: { type: 7, text: args }, plugin: { name: 'text' } }] }, ...scalars('train/rewards/accuracies', steps(1)), ...scalars('train/rewards/margins', steps(1))]));
    write(path.join(root, '1700000001.5', FILE), eventFile([{ values: [{ tag: '_hparams_/session_start_info', plugin: { name: 'hparams', content: sessionStart({ lr: 0.5, warm: true, kind: 'a' }) } }] }]));
    const runs = await importLog(root);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ beta: 0.2, seed: 7, objective: 'ipo', sampling: 'offline', config: { lr: 0.5, warm: true, kind: 'a' } });
    expect(JSON.stringify(runs[0])).not.toContain('hf_secret');
  });

  it('reads a Markdown table of hyperparameters', async () => {
    const root = temporaryFolder();
    write(path.join(root, FILE), eventFile([{ values: [{ tag: 'hyperparameters/text_summary', tensor: { type: 7, text: '|param|value|\n|-|-|\n|beta|0.05|\n|name|x|\n|flag|True|' } }] }]));
    expect((await importLog(root))[0]!.config).toEqual({ beta: 0.05, name: 'x', flag: true });
  });
});

describe('a file that changes', () => {
  const one = (): { file: string; log: ReturnType<typeof follow> } => {
    const file = write(path.join(temporaryFolder(), FILE), eventFile(scalars('loss', steps(1, 2))));
    return { file, log: follow(file) };
  };

  it('is read from the last whole record, and nothing is new where nothing was written', async () => {
    const { file, log } = one();
    expect(stepsOf((await log.refresh())[0])).toEqual([1, 2]);
    expect(await log.refresh()).toEqual([]);
    const next = frame(encode(scalars('loss', steps(3))[0]!));
    appendFileSync(file, next.subarray(0, 20));
    const [torn] = await log.refresh();
    expect(stepsOf(torn)).toEqual([1, 2]);
    expect(torn!.warnings).toContainEqual(expect.objectContaining({ code: 'unfinished-record' }));
    appendFileSync(file, next.subarray(20));
    const [whole] = await log.refresh();
    expect(stepsOf(whole)).toEqual([1, 2, 3]);
    expect(whole!.warnings.map(({ code }) => code)).not.toContain('unfinished-record');
  });

  it.each([
    ['truncated', (file: string) => { truncateSync(file, 0); appendFileSync(file, eventFile(scalars('loss', steps(9)))); }, [9]],
    ['replaced', (file: string) => { copyFileSync(file, `${file}.new`); appendFileSync(`${file}.new`, frame(encode(scalars('loss', steps(5))[0]!))); renameSync(`${file}.new`, file); }, [1, 2, 5]],
  ])('begins anew when it is %s', async (_, change, expected) => {
    const { file, log } = one();
    await log.refresh();
    change(file);
    expect(stepsOf((await log.refresh())[0])).toEqual(expected);
  });

  it('finds the file of the next attempt in its folder', async () => {
    const { file } = one();
    const folder = follow(path.dirname(file));
    await folder.refresh();
    write(path.join(path.dirname(file), 'events.out.tfevents.1700009999.host'), eventFile(scalars('loss', [[2, 8]])));
    expect((await folder.refresh())[0]!.checkpoints.map(({ raw }) => raw['loss'])).toEqual([1, 8]);
  });

  it('reads bytes again that were wrong on a network disk and came right', async () => {
    const { file, log } = one();
    const next = frame(encode(scalars('loss', steps(3))[0]!));
    const size = statSync(file).size;
    appendFileSync(file, new Uint8Array(next.length)); // the size came before the contents
    expect((await log.refresh())[0]!.warnings).toContainEqual(expect.objectContaining({ code: 'damaged-record' }));
    const all = concatenated([eventFile(scalars('loss', steps(1, 2))), next, frame(encode(scalars('loss', steps(4))[0]!))]);
    const handle = await open(file, 'r+');
    await handle.write(all, size, all.length - size, size);
    await handle.close();
    const [run] = await log.refresh();
    expect(stepsOf(run)).toEqual([1, 2, 3, 4]);
    expect(run!.warnings.map(({ code }) => code)).not.toContain('damaged-record');
  });

  it('passes over a record of 20 MiB without keeping it', async () => {
    const graph = frame(encode({ graph: new Uint8Array(20 * 2 ** 20) }));
    const file = write(path.join(temporaryFolder(), FILE), concatenated([eventFile(scalars('loss', steps(1))), graph, frame(encode(scalars('loss', steps(2))[0]!))]));
    const [run] = await importLog(file);
    expect(stepsOf(run)).toEqual([1, 2]);
    expect(run!.warnings).toContainEqual(expect.objectContaining({ code: 'long-record' }));
  });

  it('waits for a record that claims 2 GB', async () => {
    const file = write(path.join(temporaryFolder(), FILE), concatenated([eventFile(scalars('loss', steps(1))), claim(2 ** 31)]));
    const [run] = await importLog(file);
    expect(stepsOf(run)).toEqual([1]);
    expect(run!.warnings.find(({ code }) => code === 'unfinished-record')?.message).toContain('bytes are missing');
  });

  it('stops when it is told to, and begins anew afterwards', async () => {
    const { log } = one();
    const abort = new AbortController();
    abort.abort(new Error('enough'));
    await expect(log.refresh({ signal: abort.signal })).rejects.toThrow('enough');
    expect(stepsOf((await log.refresh())[0])).toEqual([1, 2]);
  });
});
