/** `alignment-gap study` from beginning to end, on the fake trainer. */
import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { STUDIES, type VerdictCard } from '../../../src/core/study';
import { temporaryFolder } from '../launch/support';
import { bundleCli, call, type Called } from './support';

let cli: string;
let folder: string;
let first: Called;
const go = (args: readonly string[], env: Record<string, string> = {}) => call(cli, args, { cwd: folder, env: { ALIGNMENT_GAP_CACHE: path.join(folder, 'cache'), ...env } });
const SMOKE = ['--form', 'smoke', '--jobs', '2'];
const CARD = path.join('alignment-runs', 'semi-online-smoke');
const card = async (): Promise<VerdictCard> => JSON.parse(await readFile(path.join(folder, CARD, 'verdict.json'), 'utf8')) as VerdictCard;

beforeAll(async () => {
  cli = await bundleCli();
  folder = await temporaryFolder();
  first = await go(['study', 'semi-online', ...SMOKE]);
}, 120_000);

describe('a study from the command line', () => {
  it('tells its cost before it starts and the time left while it runs, and ends with a card', () => {
    expect(first.code, first.err).toBe(0);
    expect(first.err).toMatch(/2 experiments, 16 runs, 2 at a time/);
    const cost = first.err.search(/It takes about .* on 2 processes/);
    expect(cost).toBeGreaterThan(-1);
    expect(cost).toBeLessThan(first.err.indexOf('▶'));
    expect(first.err).toContain('✔ semi-online-helpfulness-smoke/sync-2-b0.03-s1');
    expect(first.out).toMatch(/Semi-online and hybrid: (✔ supports|✖ against|◌ undecided)/);
    expect(first.out).toMatch(/CLAIM +EFFECT +VERDICT/);
    expect(first.out).toMatch(/Card: .*semi-online-smoke.verdict\.html/);
  });

  it('keeps card, page and figures in a folder of its own, beside the experiments', async () => {
    const kept = await card();
    expect(kept).toMatchObject({ schema: 'alignment-gap/verdict@1', study: 'semi-online', form: 'smoke', cost: { runs: 16 } });
    expect(kept.runs).toHaveLength(16);
    expect(kept.runs.every(({ status }) => status === 'finished')).toBe(true);
    expect((await readdir(path.join(folder, CARD))).sort()).toEqual(['semi-online-kl.svg', 'semi-online-sync.svg', 'verdict.html', 'verdict.json']);
    expect((await readdir(path.join(folder, 'alignment-runs'))).filter((name) => !name.startsWith('.')).sort()).toEqual(['base-helpfulness-smoke', 'semi-online-helpfulness-smoke', 'semi-online-smoke']);
  });

  it('each experiment is one like any other: it is listed, and its file runs it', async () => {
    const list = await go(['list', '--json']);
    expect((JSON.parse(list.out) as { runs: unknown[] }).runs).toHaveLength(16);
    const again = await go(['run', path.join('alignment-runs', 'base-helpfulness-smoke', 'base-helpfulness-smoke.alignment.json')]);
    expect(again.code).toBe(0);
    expect(again.err).toContain('holds this very experiment');
  });

  it('run again: nothing to do, and the same card to the byte', async () => {
    const before = await readFile(path.join(folder, CARD, 'verdict.json'), 'utf8');
    const again = await go(['study', 'semi-online', ...SMOKE]);
    expect(again.code).toBe(0);
    expect(again.err).toContain('All runs are finished already');
    expect(await readFile(path.join(folder, CARD, 'verdict.json'), 'utf8')).toBe(before);
  });

  it('--verdict-only judges what is there, of the seeds asked for, and trains nothing', async () => {
    const only = await go(['study', 'semi-online', ...SMOKE, '--seeds', '1', '--verdict-only', '--json']);
    expect(only.code).toBe(0);
    const judged = JSON.parse(only.out) as VerdictCard;
    expect(judged.runs).toHaveLength(8);
    expect(new Set(judged.claims.map(({ verdict }) => verdict))).toEqual(new Set(['undecided']));
    expect(only.err).toBe('Judging Semi-online and hybrid …\n');
    const absent = await go(['study', 'non-contrastive', '--form', 'smoke', '--verdict-only']);
    expect(absent.code).toBe(1);
    expect(absent.err).toContain('alignment-gap study non-contrastive');
  });

  it('further seeds are added to those that are there', async () => {
    const more = await go(['study', 'semi-online', ...SMOKE, '--seeds', '3']);
    expect(more.code).toBe(0);
    expect(more.err).toContain('16 runs are finished already and kept');
    expect((await card()).runs).toHaveLength(24);
  });

  it('another study finds the experiments that both have', async () => {
    const other = await go(['study', 'online-offline', ...SMOKE]);
    expect(other.code).toBe(0);
    expect(other.err).toContain('8 runs are finished already and kept');
    expect(other.out).toContain('On helpfulness online reaches the higher peak.');
  });
});

describe('a study that does not end', () => {
  it('Ctrl-C: the runs stop in order, exit 1, and the same call goes on', async () => {
    const child = { stop: (): void => undefined };
    const stopped = call(cli, ['study', 'semi-online', ...SMOKE, '--out', 'slow'], {
      cwd: folder, env: { FAKE_STEP_MS: '60', ALIGNMENT_GAP_CACHE: path.join(folder, 'cache') }, onStart: (process) => void (child.stop = () => void process.kill('SIGINT')),
    });
    await wait(2500);
    child.stop();
    const { code, err } = await stopped;
    expect(code).toBe(1);
    expect(err).toContain('Stopping');
    expect(err).toContain('Stopped before the end, and not judged. Go on with: alignment-gap study semi-online --form smoke --out slow');
    const on = await go(['study', 'semi-online', ...SMOKE, '--out', 'slow']);
    expect(on.code, on.err).toBe(0);
  }, 60_000);

  it('a run that fails is left out of the card, which is written all the same', async () => {
    const failed = await go(['study', 'semi-online', ...SMOKE, '--out', 'failing'], { FAKE_FAIL: 'sync-2-b0.03-s1@6' });
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('1 of 16 runs is not finished and is left out');
    await rm(path.join(folder, 'failing'), { recursive: true });
  });
});

describe('calls', () => {
  it('--list names every study with its question, as text and as JSON', async () => {
    const text = await go(['study', '--list']);
    expect(text.code).toBe(0);
    for (const { name } of STUDIES) expect(text.out).toContain(name);
    const { studies } = JSON.parse((await go(['study', '--list', '--json'])).out) as { studies: { name: string }[] };
    expect(studies.map(({ name }) => name)).toEqual(STUDIES.map(({ name }) => name));
  });

  it.each([
    [['study'], 'Which study?'],
    [['study', 'coverge'], 'There is no study called coverge'],
    [['study', 'coverage', '--seeds', '0'], 'whole number'],
  ])('%j is a wrong call: exit 2', async (args, message) => {
    const { code, err, out } = await go(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe('');
  });
});
