/** LLaMA-Factory, verl, OpenRLHF, CSV: what each form becomes, growing files, damage. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { follow, importLog, proposeMapping, type ForeignSource } from '../../../src/importers';
import { expectedOf, needsLogs } from './support/sharedLogs';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'importers-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let count = 0;

function file(name: string, text: string): string {
  const folder = path.join(scratch, String((count += 1)));
  mkdirSync(folder);
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

const VERL = 'actor/pg_loss:-0.004 - actor/kl_loss:0.01 - actor/kl_coef:np.float64(0.001) - critic/score/mean:0.5 - response_length/mean:100.0';
const OPENRLHF = "{'policy_loss': 0.1, 'kl': 0.02, 'logprobs_diff': 0.01, 'response_length': 50.0, 'reward': tensor(0.25), 'actor_lr': 5e-07}";

describe('each form is found and read', () => {
  it.each<[string, string, string, ForeignSource, object]>([
    ['verl, console', 'train.log', `loading\n(TaskRunner pid=7) step:1 - ${VERL}\n\u001b[36m(x)\u001b[0m step:2 - ${VERL}\n`, 'verl', { sampling: 'online', steps: [1, 2], kl: 1, klPerToken: 0.01, klCoefficient: 0.001, proxyReward: 0.5 }],
    ['verl, file logger', 'e.jsonl', '{"step": 3, "data": {"actor/reward_kl_penalty": 0.02, "response_length/mean": 10, "critic/score/mean": NaN}}\n', 'verl', { sampling: 'online', steps: [3], kl: 0.2, proxyReward: undefined }],
    ['OpenRLHF, console', 'ppo.out', `Namespace(init_kl_coef=0.01, seed=42)\n✨ Global step 4: ${OPENRLHF}\n`, 'openrlhf', { sampling: 'online', steps: [4], kl: 0.5, klPerToken: 0.01, proxyReward: 0.25 }],
    ['OpenRLHF, DPO lines', 'dpo.jsonl', '{"step": 1, "train/chosen_reward": 0.1, "train/reject_reward": -0.1, "eval/acc_mean": 0.7}\n', 'openrlhf', { sampling: 'offline', steps: [1], policyAccuracy: 0.7 }],
    ['CSV of TRL keys', 'log.csv', ',step,loss,eval_rewards/accuracies,rewards/margins,rewards/accuracies\n0,10,0.6,,0.1,0.5\n1,10,,0.75,,\n', 'csv', { sampling: 'offline', steps: [10], loss: 0.6, policyAccuracy: 0.75 }],
    ['CSV with semicolons and decimal commas', 'log.csv', 'step;loss;note\n1;0,5;"a;\n""b"""\n2;0,25;c\n', 'csv', { steps: [1, 2], loss: 0.25 }],
    ['tidy table, as export writes it', 'tidy.csv', 'run,step,metric,value,low,high\na,1,winRate,0.5,0.4,0.6\na,1,kl,2,1.5,2.5\n', 'csv', { steps: [1], winRate: 0.5, kl: 2 }],
    ['LLaMA-Factory', 'trainer_log.jsonl', '{"current_steps": 5, "total_steps": 9, "loss": 0.6, "accuracy": 0.8, "lr": 1e-6, "elapsed_time": "3 days, 0:00:01"}\n', 'llamafactory', { steps: [5], trainAccuracy: 0.8, wallTime: 259201 }],
  ])('%s', async (_, name, text, source, expected) => {
    const log = file(name, text);
    const [run] = await importLog(log);
    expect(run?.source).toBe(source);
    const { sampling, steps, ...metrics } = expected as { sampling?: string; steps: number[] } & Record<string, number | undefined>;
    if (sampling !== undefined) expect(run?.sampling).toBe(sampling);
    expect(run?.checkpoints.map(({ step }) => step)).toEqual(steps);
    const last = run?.checkpoints.at(-1)?.metrics as Record<string, { value: number } | undefined>;
    for (const [metric, value] of Object.entries(metrics)) {
      if (value === undefined) expect(last[metric]).toBeUndefined();
      else expect(last[metric]?.value).toBeCloseTo(value, 9);
    }
    expect((await importLog(path.dirname(log)))[0]?.source).toBe(source);
  });
});

describe('growing and damaged files', () => {
  it('reads on from the last whole line, and begins anew where the file was replaced', async () => {
    const log = file('metrics.jsonl', '{"step": 1, "loss": 3}\n{"step": 2, "lo');
    const follower = follow(log);
    const [first] = await follower.refresh();
    expect(first?.checkpoints.map(({ step }) => step)).toEqual([1]);
    expect(first?.warnings).toContainEqual(expect.objectContaining({ code: 'unfinished', at: 'metrics.jsonl:2' }));
    expect(await follower.refresh()).toEqual([]);
    appendFileSync(log, 'ss": 2}\n');
    expect((await follower.refresh())[0]?.checkpoints.map(({ step }) => step)).toEqual([1, 2]);
    writeFileSync(log, '{"step": 7, "loss": 1}\n');
    expect((await follower.refresh())[0]?.checkpoints.map(({ step }) => step)).toEqual([7]);
  });

  it('names the place of what it cannot read, and reads the rest', async () => {
    const [run] = await importLog(file('log.csv', 'step,loss\n1,0.5\n2,0.4,9\nx,1\n3,0.3\n'));
    expect(run?.checkpoints.map(({ step }) => step)).toEqual([1, 3]);
    expect(run?.warnings.filter(({ code }) => code === 'log-line').map(({ at }) => at)).toEqual(['log.csv:3', 'log.csv:4']);
  });

  it('reads columns by the mapping beside the log, anew when it changes, and proposes one', async () => {
    const log = file('my.csv', 'iter,a,b\n1,0.5,4\n2,0.6,5\n');
    writeFileSync(`${log}.mapping.json`, '{"step": "iter", "sampling": "online", "metrics": {"winRate": {"column": "a", "n": "b"}, "nonsense": "b"}}');
    const follower = follow(log, { source: 'csv' });
    const [run] = await follower.refresh();
    expect(run).toMatchObject({ sampling: 'online', checkpoints: [{ metrics: { winRate: { value: 0.5, n: 4, from: ['a'] } } }, {}] });
    expect(run?.warnings.filter(({ code }) => code === 'mapping')).toHaveLength(1);
    writeFileSync(`${log}.mapping.json`, '{"step": "iter", "metrics": {"kl": {"column": "b", "estimator": "k1"}}}');
    const [changed] = await follower.refresh();
    expect(changed?.checkpoints[1]?.metrics).toMatchObject({ kl: { value: 5, estimator: 'k1' } });
    expect(changed === undefined ? undefined : proposeMapping(changed).metrics).toMatchObject({ kl: { column: 'b', estimator: 'k1' } });
  });

  it('tells two hundred runs of a file apart, and says where the rest went', async () => {
    const runs = await importLog(file('study.csv', `run,step,loss\n${Array.from({ length: 202 }, (_, i) => `r${i},1,0.5\n`).join('')}`));
    const isTold = runs.map(({ warnings }) => warnings.some(({ code }) => code === 'too-many-runs'));
    expect([runs.length, isTold.indexOf(true), isTold.filter(Boolean).length]).toEqual([200, 199, 1]);
  });

  it.each([['numbers alone', ''], ['other values too', '"note": "x", ']])('keeps no more than two thousand numbers of a row, of %s', async (_, first) => {
    const [run] = await importLog(file('metrics.jsonl', `{"step": 1, ${first}${Array.from({ length: 2100 }, (_, i) => `"k${i}": ${i}`).join()}}\n`));
    expect(Object.keys(run?.checkpoints[0]?.raw ?? {})).toHaveLength(2000);
  });

  it('says where a quote is opened that nobody closes, and reads on after a megabyte of it', async () => {
    const [run] = await importLog(file('log.csv', `step,note,loss\n1,a,0.5\n2,"b,0.4\n`));
    expect(run?.checkpoints.map(({ step }) => step)).toEqual([1]);
    expect(run?.warnings).toContainEqual(expect.objectContaining({ code: 'unfinished', at: 'log.csv:3' }));
    const [longer] = await importLog(file('log.csv', `step,note,loss\n1,a,0.5\n2,"b,0.4\n${`${'x'.repeat(9999)}\n`.repeat(120)}3,c,0.3\n`));
    expect(longer?.checkpoints.at(-1)?.step).toBe(3);
    expect(longer?.warnings.find(({ code }) => code === 'log-line')?.message).toContain('a quote was opened in line 3 and never closed');
  });

  it('keeps a long log in bounded memory and says so', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => JSON.stringify(i % 1000 === 0 ? { step: i, eval_loss: i } : { step: i, loss: i }));
    const [run] = await importLog(file('metrics.jsonl', `${lines.join('\n')}\n`));
    expect(run?.checkpoints.length).toBeLessThan(8300);
    expect(run?.checkpoints.filter(({ metrics }) => metrics.heldOutLoss !== undefined)).toHaveLength(40);
    expect(run?.checkpoints.at(-1)?.step).toBe(39_999);
    expect(run?.warnings.map(({ code }) => code)).toContain('thinned');
  });
});

interface ExpectedLines {
  readonly lines: number;
  readonly parsed: number;
  readonly unparsed: number;
}

describe('real logs of LLaMA-Factory', () => {
  it('reads each line of each, and names the one that is torn', async (context) => {
    const logs = needsLogs(context);
    for (const [name, { lines, parsed, unparsed }] of expectedOf<ExpectedLines>('logs', /trainer_log\.jsonl$/)) {
      const [run] = await importLog(path.join(logs, name));
      const warnings = run?.warnings.filter(({ code }) => code === 'log-line' || code === 'unfinished') ?? [];
      expect([name, warnings.map(({ at }) => at)]).toEqual([name, unparsed === 0 ? [] : [`trainer_log.jsonl:${lines}`]]);
      // A line a step, save that the last line repeats the last step.
      expect(Math.abs((run?.checkpoints.length ?? 0) - parsed), name).toBeLessThanOrEqual(1);
    }
  });
});
