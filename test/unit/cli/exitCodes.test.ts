/** Every way to call wrongly or to give what cannot be read: exit code, and cause, place and next step on standard error. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createColors } from '../../../src/cli/colors';
import { runCli } from '../../../src/cli/program';
import { planExperiment } from '../../../src/launch';
import { experimentFile, FAKE_TRAINER, temporaryFolder } from '../launch/support';

let folder: string;

/** In this process: a bad call must not even get as far as to need one of its own. */
async function call(args: readonly string[]) {
  const texts = { out: '', err: '' };
  const code = await runCli(args.map((arg) => arg.replace('FOLDER', folder)), {
    out: (text) => void (texts.out += text),
    err: (text) => void (texts.err += text),
    outColumns: 80,
    outColors: createColors(false),
    errStream: undefined,
    isErrTerminal: false,
  });
  return { code, ...texts };
}

beforeAll(async () => {
  process.env.ALIGNMENT_GAP_TRAINER = FAKE_TRAINER;
  folder = await temporaryFolder();
  await experimentFile(folder);
  const run = path.join(folder, 'broken', 'run');
  await mkdir(run, { recursive: true });
  await writeFile(path.join(run, 'run.json'), '{ "format": "alignment-gap/run-directory@1", ');
  await mkdir(path.join(folder, 'empty'));
  await mkdir(path.join(folder, 'trl', 'checkpoint-100'), { recursive: true });
  await writeFile(path.join(folder, 'trl', 'checkpoint-100', 'trainer_state.json'), '[]');
  await writeFile(path.join(folder, 'torn.alignment.json'), '{ "name": "x", ');
  await writeFile(path.join(folder, 'unknown.alignment.json'), '{\n  "name": "x",\n  "task": "summarisation",\n  "arms": [{ "name": "a", "sampling": "online" }],\n  "seed": [1]\n}');
  await writeFile(path.join(folder, 'gone.alignment.json'), '{ "name": "x", "task": { "pairs": "gone.jsonl" }, "arms": [{ "name": "a", "sampling": "online" }] }');
  await writeFile(path.join(folder, 'file'), '');
  await symlink(path.join(folder, 'nowhere'), path.join(folder, 'dangling'));
  await mkdir(path.join(folder, 'locked'));
  await chmod(path.join(folder, 'locked'), 0);
});

describe('the call was wrong: exit 2', () => {
  it.each<[string[], RegExp]>([
    [[], /Usage: alignment-gap/],
    [['fly'], /unknown command 'fly'/],
    [['lst'], /unknown command 'lst'.*\n.*Did you mean list/],
    [['run'], /missing required argument 'experiment'/],
    [['run', 'a', 'b'], /too many arguments/],
    [['run', 'a', '--job', '2'], /unknown option '--job'/],
    [['run', 'a', '--jobs', '0'], /'0' is invalid.*1 or more/],
    [['run', 'a', '--jobs', 'two'], /'two' is invalid/],
    [['run', 'a', '--launcher', 'slurm'], /'slurm' is invalid.*local/],
    [['resume'], /missing required argument 'path'/],
    [['resume', 'a', '--jobs', '1.5'], /'1.5' is invalid/],
    [['stop'], /missing required argument 'path'/],
    [['stop', 'a', '--grace', '-1'], /'-1' is invalid/],
    [['show'], /missing required argument 'run'/],
    [['gap'], /missing required argument 'paths'/],
    [['gap', 'a', '--budget', '0'], /'0' is invalid.*above 0/],
    [['gap', 'a', '--budget', ''], /is invalid.*above 0/],
    [['gap', 'a', '--between', 'online'], /'online' is invalid.*names of two arms with a comma/],
    [['gap', 'a', '--between', 'online,online'], /is invalid.*names of two arms/],
    [['gap', 'a', '--win-rate', '40'], /'40' is invalid.*between 0 and 1/],
    [['diff', 'a'], /missing required argument 'runB'/],
    [['report'], /missing required argument 'paths'/],
    [['export', 'a'], /required option '--format <format>' not specified/],
    [['native', 'install'], /missing required argument 'engine'/],
    [['native', 'install', 'cuda'], /'cuda' is invalid.*onnx, tensorflow/],
    [['native', 'remove', 'cuda'], /'cuda' is invalid/],
    [['native', 'fly'], /unknown command 'fly'|too many arguments/],
    [['native', 'install', 'onnx', '--force'], /unknown option '--force'/],
    [['bench', 'a', 'b'], /too many arguments/],
    [['bench', '--backend', 'gpu'], /'gpu' is invalid.*tensorflow, onnx, wasm, cpu/],
    [['export', 'a', '--format', 'xml'], /'xml' is invalid.*csv, jsonl/],
  ])('%j', async (args, message) => {
    const { code, out, err } = await call(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err).toMatch(/--help/);
  });
});

describe('an input could not be read: exit 1', () => {
  it.each<[string[], RegExp]>([
    [['run', 'FOLDER/none.alignment.json'], /cannot be read: ENOENT.*\n.*next: .*template/],
    [['run', 'FOLDER/torn.alignment.json'], /torn\.alignment\.json:1:\d+: /],
    [['run', 'FOLDER/unknown.alignment.json'], /unknown\.alignment\.json:5:3: .*seed/],
    [['run', 'FOLDER/gone.alignment.json'], /preference pairs cannot be read.*gone\.jsonl/],
    [['run', 'FOLDER/study.alignment.json', '--out', 'FOLDER/file'], /cannot be written.*\n.*next: .*--out/],
    [['run', 'FOLDER/empty'], /cannot be read: EISDIR/],
    [['resume', 'FOLDER/none'], /neither a run nor an experiment.*\n +where: .*none\n +next: /],
    [['resume', 'FOLDER/empty'], /neither a run nor an experiment/],
    [['stop', 'FOLDER/none'], /ENOENT/],
    [['list', 'FOLDER/none'], /ENOENT.*\n +next: /],
    [['list', 'FOLDER/dangling'], /ENOENT/],
    [['list', 'FOLDER/file'], /No log that can be read was found.*\n +where: .*\n +next: /],
    [['show', 'FOLDER/trl'], /is not a trainer's state.*\n +where: .*trl\n +next: /],
    [['show', 'FOLDER/broken'], /Could not read the run.*run\.json/],
    [['gap', 'FOLDER/empty'], /No log that can be read was found here/],
    [['diff', 'FOLDER/none', 'FOLDER/none'], /ENOENT/],
    [['report', 'FOLDER/empty'], /No log that can be read was found here/],
    [['export', 'FOLDER/broken', '--format', 'csv'], /Could not read the run/],
  ])('%j', async (args, message) => {
    const { code, out, err } = await call(args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(err).toMatch(/^alignment-gap: /);
    expect(err).not.toMatch(/\n +at .*:\d+:\d+/);
  });

  it('a broken run among good ones: the good ones are listed all the same', async () => {
    const root = path.join(folder, 'mixed');
    const plan = await planExperiment({ file: path.join(folder, 'study.alignment.json'), root });
    await writeFile(path.join(plan.directory, 'online-b0.1-s2', 'run.json'), '{ torn');
    const { code, out, err } = await call(['list', root]);
    expect(code).toBe(1);
    expect(out.match(/study\//g)).toHaveLength(3);
    expect(err).toMatch(/Could not read the run.*online-b0\.1-s2/);
  });

  it('an unreadable directory', async (context) => {
    if (process.getuid?.() === 0) {
      console.warn('Skipped: root can read every directory, so that an unreadable one cannot be made.');
      context.skip();
    }
    expect(await call(['list', 'FOLDER/locked'])).toMatchObject({ code: 1, err: expect.stringContaining('permission') as string });
  });

  it('shows a stack trace only when asked to', async () => {
    process.env.ALIGNMENT_GAP_DEBUG = '1';
    const { err } = await call(['show', 'FOLDER/none']);
    delete process.env.ALIGNMENT_GAP_DEBUG;
    expect(err).toMatch(/\n +at .*:\d+:\d+/);
  });
});

describe('help: exit 0, with an example', () => {
  it.each(['run', 'resume', 'stop', 'list', 'show', 'gap', 'diff', 'report', 'export', 'native', 'doctor'])('%s', async (command) => {
    const { code, out, err } = await call([command, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: alignment-gap ${command}`);
    expect(out).toMatch(new RegExp(`Example:\n +\\$ alignment-gap ${command}`));
    expect(out).toContain('--json');
  });

  it('lists the commands and the exit codes', async () => {
    const { code, out } = await call(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('Exit codes: 0 done; 1');
    expect((await call(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
