/** Small logs that real programs wrote for this project. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { importLog } from '../../../src/importers';

const LOGS = path.resolve(import.meta.dirname, '../../fixtures/logs');

it('reads an event file of TRL', async () => {
  const [run] = await importLog(path.join(LOGS, 'tensorboard', 'dpo'));
  expect(run).toMatchObject({ source: 'tensorboard', objective: 'dpo', sampling: 'offline', beta: 0.1 });
  expect(run!.checkpoints.filter(({ metrics }) => metrics.policyAccuracy !== undefined).map(({ step, metrics }) => [step, metrics.policyAccuracy!.value])).toEqual(
    [[0, 0], [10, expect.any(Number)], [20, expect.any(Number)], [30, expect.any(Number)], [40, 0.8541666865348816]]);
  expect(run!.checkpoints.at(-1)!.raw).toMatchObject({ 'eval/loss': 0.47468557953834534, 'eval/logps/chosen': -100.41063690185547 });
});

it('reads a binary log of W&B 0.30', async () => {
  const [run] = await importLog(path.join(LOGS, 'wandb'));
  expect(run).toMatchObject({ source: 'wandb', status: 'finished', name: '1jm43q69' });
  expect(run!.checkpoints.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) * 2));
  expect(run!.checkpoints.at(-1)!.raw).toEqual({ 'eval/loss': 0.6, 'eval/rewards/accuracies': 0.64, 'train/global_step': 40, 'train/loss': 0.29999999999999993, 'train/rewards/accuracies': 0.9, 'train/x': 1 });
  expect(run!.checkpoints[1]!.raw['train/x']).toBeNaN();
  expect(run!.warnings.filter(({ code }) => code.includes('record'))).toEqual([]);
});
