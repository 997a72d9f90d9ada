/**
 * Of a trainer's folder only text files and event files are opened: `training_args.bin` and its like are pickles, which can run code.
 * What is opened is written down, and a pipe in their place would never let go whoever opens it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { importLog, readLogs } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';
import { eventFile, scalars } from './support/eventWriter';

const opened = vi.hoisted(() => [] as string[]);

/** Both modules, and each way in which a file can be opened by its name. */
vi.mock('node:fs/promises', async (original) => withNotes(await original<object>()));
vi.mock('node:fs', async (original) => withNotes(await original<object>()));

function withNotes(module: object): object {
  const noted = Object.entries(module).map(([name, value]: [string, unknown]) => [name, /^(open|openSync|readFile|readFileSync|createReadStream|copyFile|copyFileSync)$/.test(name) && typeof value === 'function' ? (file: unknown, ...rest: unknown[]): unknown => {
    opened.push(String(file));
    return (value as (...all: unknown[]) => unknown)(file, ...rest);
  } : value]);
  return Object.fromEntries(noted) as object;
}

const STATE = '{"global_step": 2, "max_steps": 4, "log_history": [{"loss": 0.5, "rewards/margins": 1, "step": 1}, {"eval_rewards/accuracies": 0.75, "step": 2}]}';
const CARD = '---\nbase_model: some/base\ntags:\n- dpo\n- trl\nmodel_name: my-dpo\n---\n# Card\n\n### Framework versions\n- TRL: 1.13.0\n';
/** A pickle that would write a file if it were loaded. */
const PICKLE = 'cos\nsystem\n(S\'touch loaded\'\ntR.';
const PICKLES = ['training_args.bin', 'optimizer.pt', 'scheduler.pt', 'rng_state.pth', 'pytorch_model.bin', 'policy.pkl'];
const WEIGHTS = ['model.safetensors', 'adapter_model.safetensors'];

function outputDirectory(write: (file: string) => void): string {
  const root = path.join(temporaryFolder(), 'my-dpo');
  for (const folder of ['.', 'checkpoint-2']) {
    mkdirSync(path.join(root, folder), { recursive: true });
    writeFileSync(path.join(root, folder, 'trainer_state.json'), STATE);
    writeFileSync(path.join(root, folder, 'README.md'), CARD);
    writeFileSync(path.join(root, folder, 'adapter_config.json'), '{"base_model_name_or_path": "some/base-of-adapter", "r": 16}');
    for (const name of [...PICKLES, ...WEIGHTS]) write(path.join(root, folder, name));
  }
  writeFileSync(path.join(root, 'training_args.yaml'), 'beta: 0.2\nloss_type: ipo\nhub_token: hf_secret\n');
  writeFileSync(path.join(root, 'dpo_config.json'), '{"seed": 7, "beta": 0.3}');
  mkdirSync(path.join(root, 'runs', 'Nov23_00-00-00_host'), { recursive: true });
  writeFileSync(path.join(root, 'runs', 'Nov23_00-00-00_host', 'events.out.tfevents.1700000000.host'), eventFile(scalars('train/loss', [[1, 0.5]])));
  return root;
}

const nameOf = (file: string): string => path.basename(file);

describe('an output directory of TRL with card, adapter, arguments and pickles', () => {
  beforeEach(() => void opened.splice(0));

  it('is read from its text and event files; nothing else is opened', async () => {
    const root = outputDirectory((file) => writeFileSync(file, PICKLE));
    opened.splice(0);
    const { runs, problems } = await readLogs(root);
    const names = [...new Set(opened.filter((file) => file.startsWith(root) && existsSync(file)).map(nameOf))].sort();
    expect(names).toEqual(['README.md', 'adapter_config.json', 'dpo_config.json', 'events.out.tfevents.1700000000.host', 'trainer_state.json', 'training_args.yaml']);
    expect(problems).toEqual([]);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ source: 'trl', name: 'my-dpo', beta: 0.3, seed: 7, objective: 'ipo', sampling: 'offline', config: { base_model: 'some/base-of-adapter', hub_token: '(removed)' }, environment: { versions: { TRL: '1.13.0' }, checkpoints: [2] } });
    expect(JSON.stringify(runs[0])).not.toContain('hf_secret');
  });

  it.each(['tensorboard', 'jsonl', 'csv', 'verl', 'openrlhf', 'wandb', 'mlflow', 'llamafactory', 'trl'] as const)('looked at as %s, its pickles stay closed', async (source) => {
    const root = outputDirectory((file) => writeFileSync(file, PICKLE));
    opened.splice(0);
    await importLog(root, { source }).catch(() => []);
    const names = opened.filter((file) => file.startsWith(root)).map(nameOf);
    expect(names.filter((name) => [...PICKLES, ...WEIGHTS].includes(name))).toEqual([]);
    if (source === 'trl') expect(names).toContain('trainer_state.json'); // what is opened is seen
  });

  it.skipIf(process.platform === 'win32')('is read though pipes that nobody writes to lie in their places', async () => {
    const root = outputDirectory((file) => void execFileSync('mkfifo', [file]));
    rmSync(path.join(root, 'README.md'));
    execFileSync('mkfifo', [path.join(root, 'README.md')]);
    const [run] = await importLog(root);
    expect(run?.checkpoints).toHaveLength(2);
  }, 20_000);
});
