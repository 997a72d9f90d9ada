/** A study from beginning to end through the command line, on the fake trainer. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { readExperimentManifest } from '../../../src/runlog';
import { experimentFile, temporaryFolder } from '../launch/support';
import { bundleCli, call, type Called } from './support';

let cli: string;
let folder: string;
let first: Called;
const go = (args: readonly string[], env: Record<string, string> = {}) => call(cli, args, { cwd: folder, env });
/** Only the fields that the tests look at; `toMatchObject` checks the rest. */
interface Document {
  readonly status: string;
  readonly runs: readonly { readonly status: string }[];
  readonly checkpoints: readonly { readonly step: number; readonly metrics: Readonly<Record<string, unknown>> }[];
}
const parse = (text: string) => JSON.parse(text) as Document;
const json = async (args: readonly string[]) => {
  const { code, out } = await go([...args, '--json']);
  expect(code).toBe(0);
  return parse(out);
};
const statuses = ({ runs }: Document) => runs.map(({ status }) => status);
const STUDY = path.join('alignment-runs', 'study');
const ONLINE = path.join(STUDY, 'online-b0.1-s1');
const OFFLINE = path.join(STUDY, 'offline-b0.1-s1');

beforeAll(async () => {
  cli = await bundleCli();
  folder = await temporaryFolder();
  await experimentFile(folder);
  first = await go(['run', 'study.alignment.json', '--jobs', '2']);
});

describe('a study', () => {
  it('runs, and ends with table, picture and report', async () => {
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/ARM +RUNS +PEAK WIN RATE/);
    expect(first.out).toMatch(/● online +2 /);
    expect(first.out).toContain('KL(π‖π_ref), nats per sequence');
    expect(first.out).toMatch(/Report: .*report\.html/);
    expect(first.err).toContain('4 runs after 5 shared stages, 2 at a time');
    expect(first.err).toContain('✔ online-b0.1-s2');
    const html = await readFile(path.join(folder, STUDY, 'report.html'), 'utf8');
    expect(html).toContain('held out accuracy 0.87');
  });

  it('run again: nothing to do, said and exit 0', async () => {
    const again = await go(['run', 'study.alignment.json']);
    expect(again.code).toBe(0);
    expect(again.err).toContain('holds this very experiment');
    expect(again.err).toContain('online-b0.1-s1 is finished already');
  });

  it('list, show, gap and diff give the documented JSON, alone on standard output', async () => {
    const list = await json(['list']);
    expect(list).toMatchObject({ schema: 'alignment-gap/list@1' });
    expect(list.runs).toHaveLength(4);
    expect(list.runs[0]).toMatchObject({ id: 'study/offline-b0.1-s1', source: 'alignment-gap', status: 'finished', sampling: 'offline', objective: 'ipo', seed: 1 });
    const run = await json(['show', ONLINE]);
    expect(run).toMatchObject({ schema: 'alignment-gap/run@1', id: 'study/online-b0.1-s1', sampling: 'online', beta: 0.1, seed: 1, status: 'finished', warnings: [] });
    expect(run.checkpoints.map(({ step }) => step)).toEqual([0, 5, 10, 15, 20]);
    expect(run.checkpoints[4]?.metrics.kl).toMatchObject({ unit: 'nats/sequence', estimator: 'token-exact' });
    expect(await json(['gap', STUDY])).toMatchObject({ schema: 'alignment-gap/gap@1', budget: 5 });
    expect(await json(['diff', OFFLINE, ONLINE])).toMatchObject({ schema: 'alignment-gap/diff@1' });
  });

  it('says the same to people', async () => {
    expect((await go(['list', STUDY])).out).toMatch(/study\/online-b0\.1-s1 +✔ finished/);
    expect((await go(['show', ONLINE])).out).toMatch(/KL budget +5 nats per sequence/);
    expect((await go(['gap', STUDY, '--budget', '4'])).out).toContain('AT 4 NATS');
    expect((await go(['diff', OFFLINE, ONLINE])).out).toContain('Settings that differ');
  });

  it('exports one row a run, checkpoint and metric', async () => {
    const csv = await go(['export', STUDY, '--format', 'csv']);
    const lines = csv.out.trim().split('\r\n');
    expect(lines[0]).toBe('run,experiment,arm,seed,beta,step,metric,value,low,high,n,unit');
    // 4 runs × (5 checkpoints × 7 metrics + 4 losses).
    expect(lines).toHaveLength(1 + 4 * (5 * 7 + 4));
    const written = await go(['export', STUDY, '--format', 'jsonl', '--out', 'rows.jsonl', '--json']);
    expect(JSON.parse(written.out)).toEqual({ schema: 'alignment-gap/export@1', out: 'rows.jsonl', rows: 156 });
    const rows = (await readFile(path.join(folder, 'rows.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as object);
    expect(rows[0]).toMatchObject({ run: 'offline-b0.1-s1', metric: 'kl', value: 0, unit: 'nats/sequence' });
  });

  it('writes a report where it is told to', async () => {
    const { code, out } = await go(['report', STUDY, '--out', 'sub/page.html', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ schema: 'alignment-gap/report@1', out: path.join(folder, 'sub/page.html'), runs: 4 });
    expect((await stat(path.join(folder, 'sub/page.html'))).size).toBeGreaterThan(10_000);
  });

  it('shows its numbers even where the report cannot be kept', async () => {
    const file = await experimentFile(folder, { name: 'no-report', seeds: [1] });
    await mkdir(path.join(folder, 'alignment-runs', 'no-report', 'report.html'), { recursive: true });
    const elsewhere = await go(['run', file]);
    expect(elsewhere.code).toBe(0);
    expect(elsewhere.err).toContain('no-report-2');
    await rm(path.join(folder, 'alignment-runs', 'no-report-2', 'report.html'));
    await mkdir(path.join(folder, 'alignment-runs', 'no-report-2', 'report.html'));
    const { code, out, err } = await go(['run', file]);
    expect(code).toBe(1);
    expect(out).toMatch(/● online +1 /);
    expect(err).toMatch(/alignment-gap: Could not write the file.*report\.html/);
  });

  it('doctor asks the training process', async () => {
    expect(await json(['doctor'])).toMatchObject({ schema: 'alignment-gap/doctor@1', launchers: ['local'], output: { ok: true }, training: { ok: true, probe: { chosen: 'wasm' } } });
    const broken = await go(['doctor', '--json'], { ALIGNMENT_GAP_TRAINER: '/nowhere.js' });
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.out)).toMatchObject({ training: { ok: false, reason: 'The training process is not there.' } });
  });

  it('ends quietly when the reader has had enough', async () => {
    const command = `"${process.execPath}" "${cli}" export ${STUDY} --format csv | head -n 1`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', command], { cwd: folder });
    expect(stdout).toMatch(/^run,experiment/);
    expect(stderr).toBe('');
  });
});

describe('a full disk', () => {
  it.each([
    { name: 'standard output', args: '> /dev/full', message: 'cannot be written to standard output: ENOSPC' },
    { name: '--out', args: '--out /dev/full', message: 'The export cannot be written: ENOSPC' },
  ])('behind $name: said, exit 1', async ({ args, message }) => {
    if (process.platform !== 'linux') {
      console.warn('Not checked: /dev/full is there on Linux only.');
      return;
    }
    const command = `"${process.execPath}" "${cli}" export ${STUDY} --format csv ${args}`;
    const failure = await promisify(execFile)('bash', ['-c', command], { cwd: folder }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining(message) as string });
    expect(failure).toMatchObject({ stderr: expect.not.stringMatching(/\n +at /) as string });
  });
});

describe('a study that is interrupted', () => {
  const until = async (condition: () => Promise<boolean>) => {
    for (const end = Date.now() + 20_000; !(await condition()); await wait(50)) if (Date.now() > end) throw new Error('waited in vain');
  };
  const hasCheckpoint = (run: string) => readFile(path.join(folder, 'alignment-runs', run, 'metrics.jsonl'), 'utf8').then((text) => text.includes('"checkpoint"'), () => false);
  const begin = async (name: string, env: Record<string, string>) => {
    const file = await experimentFile(folder, { name, seeds: [1], steps: 400 });
    return { running: go(['run', file, '--jobs', '2', '--json'], env), target: path.join('alignment-runs', name), run: `${name}/online-b0.1-s1` };
  };

  it('`stop` ends it as stopped with exit 1, `resume` finishes it', async () => {
    const { running, target, run } = await begin('stopped', { FAKE_STEP_MS: '10' });
    await until(() => hasCheckpoint(run));
    const stopped = await go(['stop', target, '--json']);
    expect(stopped.code).toBe(0);
    expect(JSON.parse(stopped.out)).toMatchObject({ schema: 'alignment-gap/stop@1', stopped: [{ how: 'gently' }] });
    const ended = await running;
    expect(ended.code).toBe(1);
    expect(statuses(parse(ended.out))).toEqual(['stopped', 'stopped']);
    expect(ended.err).toContain(`alignment-gap resume`);
    const resumed = await go(['resume', target, '--json']);
    expect(resumed.code).toBe(0);
    expect(statuses(parse(resumed.out))).toEqual(['finished', 'finished']);
    expect((await go(['stop', target])).err).toContain('Nothing is running');
  });

  it('a trainer killed by -9 leaves a lost run, which resume finishes', async () => {
    const { running, target, run } = await begin('killed', { FAKE_KILL: 'online-b0.1-s1@170' });
    const ended = await running;
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/✖ online-b0\.1-s1 .*was ended by SIGKILL; resume goes on from its last checkpoint/);
    expect((await json(['show', path.join('alignment-runs', run)])).status).toBe('lost');
    expect((await go(['resume', path.join('alignment-runs', run)])).code).toBe(0);
    expect(statuses(await json(['list', target]))).toEqual(['finished', 'finished']);
  });

  it('the study itself killed by -9: its runs live on, and running it again follows them', async () => {
    const { running, target, run } = await begin('orphaned', { FAKE_STEP_MS: '10' });
    await until(() => hasCheckpoint(run));
    const { orchestrator } = await readExperimentManifest(path.join(folder, target));
    if (orchestrator === undefined) throw new Error('nobody carries the experiment out');
    process.kill(orchestrator.pid, 'SIGKILL');
    await running;
    expect((await json(['show', path.join('alignment-runs', run)])).status).toBe('running');
    const again = await go(['resume', target]);
    expect(again.err).toContain('still running from an earlier session');
    expect(again.code).toBe(0);
  });

  it('Ctrl-C once saves and stops', async () => {
    const file = await experimentFile(folder, { name: 'interrupted', seeds: [1], steps: 400 });
    let pid = 0;
    const running = call(cli, ['run', file, '--jobs', '2'], { cwd: folder, env: { FAKE_STEP_MS: '10' }, onStart: (child) => void (pid = child.pid ?? 0) });
    await until(() => hasCheckpoint('interrupted/online-b0.1-s1'));
    process.kill(pid, 'SIGINT');
    const ended = await running;
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('Press Ctrl-C again to kill');
    expect(statuses(await json(['list', 'alignment-runs/interrupted']))).toEqual(['stopped', 'stopped']);
  });
});

