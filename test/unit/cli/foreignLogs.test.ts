/** Other trainers' logs on the command line: shown and listed like our own, with the reason they were taken for what they are. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createColors } from '../../../src/cli/colors';
import { runCli } from '../../../src/cli/program';

const LOGS = path.join(import.meta.dirname, '../../fixtures/logs');

async function call(...args: string[]) {
  const texts = { out: '', err: '' };
  const code = await runCli(args, {
    out: (text) => void (texts.out += text), err: (text) => void (texts.err += text),
    outColumns: 200, outColors: createColors(false), errStream: undefined, isErrTerminal: false,
  });
  return { code, ...texts };
}

describe('show', () => {
  it('tells source, algorithm and sampling with their reasons, and the numbers', async () => {
    const { code, out, err } = await call('show', path.join(LOGS, 'dpo-sigmoid'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/Source +trl: trainer_state\.json is a state of transformers' Trainer/);
    expect(out).toMatch(/Algorithm +DPO.*: the model card is tagged dpo/);
    expect(out).toMatch(/dpo \(offline, dpo, /);
    expect(out).toMatch(/KL from.* is not in this log|\(absent, kl\)/);
  });

  it('--json prints the canonical run', async () => {
    const { code, out } = await call('show', path.join(LOGS, 'jsonl', 'metrics.jsonl'), '--json');
    const run = JSON.parse(out) as { schema: string; source: string; checkpoints: { step: number; raw: object }[] };
    expect({ code, schema: run.schema, source: run.source, rows: run.checkpoints.length }).toEqual({ code: 0, schema: 'alignment-gap/run@1', source: 'jsonl', rows: 12 });
    expect(run.checkpoints[0]).toMatchObject({ step: 10, raw: { loss: 0.68, kl: 0.05, reward: 0.1 } });
  });

  it.each<[string[], RegExp]>([
    [['show', LOGS], /One run is needed, and there are 5\.\n +where: .*\n +next: +Name one of them: .*dpo-sigmoid/],
    [['show', path.join(LOGS, 'jsonl'), '--run', 'other'], /No run here is called other\..*\n +where: .*\n +next: /],
    [['show', path.join(LOGS, 'jsonl'), '--source', 'wandb'], /No wandb log was found here\.\n +where: .*\n +next: .*--source/],
    [['gap', path.join(LOGS, 'grpo')], /reads no others.*`show` and `list`/],
  ])('%j: exit 1', async (args, message) => {
    const { code, out, err } = await call(...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
  });

  it('a source that there is not: exit 2', async () => {
    expect(await call('show', LOGS, '--source', 'pickle')).toMatchObject({ code: 2, err: expect.stringMatching(/'pickle' is invalid/) as string });
  });
});

describe('list', () => {
  it('lists every log below a folder', async () => {
    const { code, out } = await call('list', LOGS, '--json');
    const { runs } = JSON.parse(out) as { runs: { source: string }[] };
    expect({ code, sources: runs.map(({ source }) => source).sort() }).toEqual({ code: 0, sources: ['jsonl', 'tensorboard', 'trl', 'trl', 'trl'] });
  });
});
