/**
 * What OpenRLHF and verl print, line by line as their sources have it (OpenRLHF 3c3be623, trainer/ppo_trainer.py, ppo_trainer_async.py,
 * utils/config.py; verl 1dda039b, utils/logger/aggregate_logger.py, utils/tracking.py) and as users posted it in verl's issues 2060 and 7412.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/core/run/types';
import { importLog } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';

async function read(name: string, ...lines: readonly string[]): Promise<Run> {
  const log = path.join(temporaryFolder(), name);
  writeFileSync(log, `${lines.join('\n')}\n`);
  const [run] = await importLog(log);
  return run!;
}
const rawOf = (run: Run): unknown[] => run.checkpoints.map(({ step, raw }) => [step, raw]);

const STATUS = "{'policy_loss': 0.1, 'kl': 0.02, 'logprobs_diff': 0.01, 'response_length': 50.0, 'entropy_loss': 1.5, 'actor_lr': 5e-07, 'timing/ppo_train': 3.5, 'rollout/reward_mean': 0.25}";
const NESTED = "namespace(actor=namespace(num_nodes=1, adam=namespace(lr=5e-07, betas=(0.9, 0.95)), model_name_or_path='some/model'), algo=namespace(kl=namespace(init_coef=0.02, target=None, estimator='k1', use_loss=False), advantage=namespace(estimator='reinforce')), eval=namespace(steps=-1), logger=namespace(wandb=namespace(key='w-secret', org=None)), train=namespace(batch_size=128, seed=7))";
const FLAT = "Namespace(actor_learning_rate=5e-07, adam_betas=(0.9, 0.95), advantage_estimator='gae', init_kl_coef=0.01, seed=42, use_wandb='w-secret')";

describe('OpenRLHF', () => {
  it.each([['nested, since 2026', NESTED, { beta: 0.02, seed: 7 }], ['flat, as before', FLAT, { beta: 0.01, seed: 42 }]])('takes β and the seed from its arguments, %s, and leaves the tracker\'s key there', async (_, printed, expected) => {
    const run = await read('train.log', 'openrlhf starts', printed, `✨ Global step 1: ${STATUS}`);
    expect(run).toMatchObject({ source: 'openrlhf', ...expected });
    expect(JSON.stringify(run)).not.toContain('w-secret');
  });

  it('reads steps behind Ray\'s and the logger\'s prefix, by whichever key they begin with', async () => {
    const run = await read('job.out', '\u001b[36m(PPOTrainer pid=9)\u001b[0m INFO 08-13 19:25:45 ppo_trainer.py:547] ✨ Global step 1: {\'rollout/reward_mean\': 0.5, \'policy_loss\': 0.1}', `(PPOTrainer pid=9) INFO 08-13 19:26:45 ppo_trainer_async.py:244] Global step 2: ${STATUS}`);
    expect(run.source).toBe('openrlhf');
    expect(rawOf(run)).toMatchObject([[1, { 'rollout/reward_mean': 0.5, policy_loss: 0.1 }], [2, { kl: 0.02, 'timing/ppo_train': 3.5 }]]);
    expect(run.checkpoints[1]!.metrics).toMatchObject({ proxyReward: { value: 0.25 }, entropyPerToken: { value: 1.5 }, kl: { value: 0.5, estimator: 'k1', quality: ['from-length', 'train-temperature'] } });
  });

  it.each([
    ['of the synchronous trainer', "✨ Evaluation completed in 0:01:40, global_step 3, eval_metrics: {'eval_math_pass1': 0.5, 'eval_num_samples': 8.0}"],
    ['of the asynchronous one', "Eval at step 3: {'eval_math_pass1': 0.5, 'eval_num_samples': 8.0}"],
  ])('joins evaluations %s to their step', async (_, line) => {
    const run = await read('train.log', `✨ Global step 3: ${STATUS}`, line, '✨ Evaluation start time: 2026-08-13 19:25:45');
    expect(rawOf(run)).toMatchObject([[3, { policy_loss: 0.1, eval_math_pass1: 0.5, eval_num_samples: 8 }]]);
  });

  it.each([['tensor(0.5)', 0.5], ['tensor(1.)', 1], ["tensor(0.5, device='cuda:0')", 0.5], ["tensor(-2.5e-3, device='cuda:0', dtype=torch.float64)", -0.0025], ['np.float64(0.5)', 0.5], ['nan', NaN], ['-inf', -Infinity]])('reads %s', async (printed, value) => {
    const run = await read('train.log', `Global step 1: {'policy_loss': ${printed}, 'note': 'a, b', 'list': [1, 2], 'none': None, 'actor_lr': 5e-07}`);
    expect(rawOf(run)).toEqual([[1, { policy_loss: value, actor_lr: 5e-7 }]]);
  });
});

describe('verl', () => {
  it('reads the lines of 2025, of three decimals, and the validation before the first step', async () => {
    const run = await read('train.log', 'step:0 - val-aux/openai/gsm8k/reward/mean@1:0.565 - val-core/openai/gsm8k/acc/mean@1:0.508', '(TaskRunner pid=8) step:1 - global_seqlen/min:484245.000 - actor/entropy_loss:0.323 - actor/kl_loss:0.002 - actor/kl_coef:0.001 - actor/ppo_kl:-0.000 - critic/score/mean:0.558 - response_length/mean:288.500');
    expect(run).toMatchObject({ source: 'verl', sampling: 'online', beta: 0.001 });
    expect(rawOf(run)).toMatchObject([[0, { 'val-core/openai/gsm8k/acc/mean@1': 0.508 }], [1, { 'actor/ppo_kl': -0 }]]);
    expect(run.checkpoints[1]!.metrics).toMatchObject({ kl: { value: 0.577 }, entropyPerToken: { value: 0.323 }, proxyReward: { value: 0.558 } });
  });

  it('reads the lines of 2026, with numbers as Python prints them, behind a bar that is drawn again', async () => {
    const run = await read('train.log', 'Training Progress:   0%|          | 0/2 [00:00<?, ?it/s]\r(TaskRunner pid=8) step:1 - training/global_step:1 - actor/pg_loss:np.float64(0.042) - actor/kl_loss:0.0013280365410537343 - actor/lr:2e-06 - num_turns/mean:np.int32(2) - critic/vf_explained_var:nan - critic/score/mean:-0.0182796623557806', "Final validation metrics: {'val-core/x': 0.5}");
    expect(rawOf(run)).toEqual([[1, { 'training/global_step': 1, 'actor/pg_loss': 0.042, 'actor/kl_loss': 0.0013280365410537343, 'actor/lr': 2e-6, 'num_turns/mean': 2, 'critic/vf_explained_var': NaN, 'critic/score/mean': -0.0182796623557806 }]]);
  });

  it('reads its file logger, which writes null for what is no number', async () => {
    const run = await read('gsm8k.jsonl', '{"step":0,"data":{"val-core/x":0.25}}', '{"step":1,"data":{"actor/pg_loss":0.5,"critic/vf_explained_var":null,"response_length/mean":10.0,"actor/reward_kl_penalty":0.02,"actor/reward_kl_penalty_coeff":0.001}}');
    expect(rawOf(run)).toEqual([[0, { 'val-core/x': 0.25 }], [1, { 'actor/pg_loss': 0.5, 'response_length/mean': 10, 'actor/reward_kl_penalty': 0.02, 'actor/reward_kl_penalty_coeff': 0.001 }]]);
    expect(run.checkpoints[1]!.metrics).toMatchObject({ kl: { value: 0.2, estimator: 'k1' }, klCoefficient: { value: 0.001 } });
  });
});
