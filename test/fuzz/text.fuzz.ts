/** Damaged inputs of the text formats: none may throw or hang, and what is read must make a run whose steps ascend. */
import { describe, it } from 'vitest';
import { csvFormat } from '../../src/importers/csv/format';
import type { RawLog } from '../../src/importers/contract';
import { jsonlFormat } from '../../src/importers/jsonl/format';
import { readJson } from '../../src/importers/json';
import type { LineFormat } from '../../src/importers/lines/reader';
import { Tables } from '../../src/importers/lines/tables';
import { LogLines } from '../../src/importers/llamafactory/read';
import { parseMapping } from '../../src/importers/mapping';
import { openrlhfConsole, openrlhfLines } from '../../src/importers/openrlhf/format';
import { readCard } from '../../src/importers/trl/card';
import { trainerLog } from '../../src/importers/trl/model';
import { readState } from '../../src/importers/trl/state';
import { verlConsole, verlFile } from '../../src/importers/verl/format';
import { LineSplitter } from '../../src/runlog/lineSplitter';
import { check, fuzz, TIMEOUT } from './support/fuzz';
import { INPUTS, mutate } from './support/mutate';

interface Subject {
  readonly name: string;
  readonly whole: string;
  readonly inputs?: number;
  readonly look: (bytes: Buffer, makesRun: boolean) => void;
}

/** A log of nothing but its rows. */
const logOf = (log: Pick<RawLog, 'source' | 'rows'>): RawLog => ({ path: '/logs/run', config: {}, warnings: [], ...log });

/** Cut into lines in two chunks, as a growing file is read. */
function linesOf(bytes: Buffer, take: (text: string, number: number) => void): void {
  const splitter = new LineSplitter(1024 * 1024);
  const half = bytes.length >> 1;
  for (const chunk of [bytes.subarray(0, half), bytes.subarray(half)]) splitter.each(chunk, (text, number) => text !== undefined && take(text, number));
  const last = splitter.unfinished?.text;
  if (last !== undefined) take(last, -1);
}

const ofLines = (name: string, format: LineFormat, whole: string): Subject => ({
  name, whole,
  look: (bytes, makesRun) => {
    const parser = format.begin({});
    const tables = new Tables();
    linesOf(bytes, (text, number) => {
      if (number === -1 && parser.isWhole?.(text, true) === false) return;
      parser.take(text, number, tables);
    });
    parser.end?.(tables);
    for (const { store } of makesRun ? tables.all() : []) check({ ...logOf({ source: format.source, rows: store.rows() }), ...parser.facts });
  },
});

const VERL = 'actor/pg_loss:-0.004 - actor/kl_loss:np.float64(0.01) - critic/score/mean:nan - response_length/mean:100.0';
const STATE = `{"epoch": 1.0, "global_step": 4, "max_steps": 8, "log_history": [
 {"epoch": 0.5, "loss": NaN, "learning_rate": 5e-07, "rewards/margins": 0.25, "rewards/accuracies": 0.75, "step": 2},
 {"eval_helpful_loss": 0.5, "eval_rewards/accuracies": 0.5, "remaining_time": "1h\\u00e9", "step": 2},
 {"train_runtime": -Infinity, "step": 4}], "stateful_callbacks": {"a": [true, null, {"b": []}]}}`;
const CARD = '---\ntags:\n- dpo\n- trl\nbase_model: [a/b]\n---\n# Card\nThe following hyperparameters were used during training:\n- seed: 42\n- learning_rate: 5e-07\n\n### Framework versions\n- TRL: 1.13.0\n';

const SUBJECTS: readonly Subject[] = [
  {
    name: 'trl', whole: STATE,
    look: (bytes, makesRun) => {
      const { state } = readState(bytes.toString('utf8'), 'trainer_state.json');
      if (state === undefined || !makesRun) return;
      check(trainerLog({ path: '/logs/run', stateFile: 'trainer_state.json', state, modifiedAt: 0, config: {}, files: [], checkpoints: [] }, []));
    },
  },
  {
    name: 'llamafactory', whole: '{"current_steps": 5, "total_steps": 9, "loss": 0.6, "accuracy": 0.8, "lr": 1e-6, "elapsed_time": "3 days, 0:00:01"}\r\n{"current_steps": 6, "loss": NaN, "elapsed_time": "0:00:01"}\n',
    look: (bytes, makesRun) => {
      const lines = new LogLines();
      linesOf(bytes, (text) => lines.take(text));
      if (makesRun) check(logOf({ source: 'llamafactory', rows: lines.store.rows() }));
    },
  },
  ofLines('openrlhf, console', openrlhfConsole, "Namespace(init_kl_coef=0.01, seed=42)\n✨ Global step 4: {'policy_loss': 0.1, 'kl': nan, \"reward\": tensor(0.25), 'x': [1, {'y': 2}], 'actor_lr': 5e-07}\n"),
  ofLines('openrlhf, lines', openrlhfLines, '{"step": 1, "train/chosen_reward": 0.1, "train/reject_reward": -0.1}\n{"step": 2, "eval/acc_mean": 0.7}\n'),
  ofLines('verl, console', verlConsole, `(TaskRunner pid=7) step:1 - ${VERL}\n\u001b[36mstep:2 - ${VERL}\u001b[0m\n`),
  ofLines('verl, file', verlFile, '{"step": 3, "data": {"actor/reward_kl_penalty": 0.02, "response_length/mean": 10, "critic/score/mean": NaN}}\n'),
  ofLines('csv', csvFormat, 'step;loss;run;_timestamp;note\n1;0,5;a;1700000000;"x;\n""y"""\n2;0.25;b;1700000001;z\n'),
  ofLines('jsonl', jsonlFormat, '\ufeff{"config": {"lr": 1}}\n{"step": 1, "loss": 3, "a": {"b": "0.5"}, "_timestamp": 1700000000}\r\n{"step": 2, "run": "x", "metric": "kl", "value": 0.5}\n'),
  { name: 'any JSON', whole: '[{"a\\n": [1.5e-3, -Infinity, {"__proto__": {"x": NaN}}], "b": "\\ud83d\\ude00"}, [[[]]], true]', look: (bytes) => void readJson(bytes.toString('utf8')) },
  { name: 'mappings', whole: '{"step": "iter", "sampling": "online", "metrics": {"kl": {"column": "a", "scale": 2}, "loss": "b"}}', look: (bytes) => void parseMapping(bytes.toString('utf8'), 'x') },
  // A card is read once a run and its parser is slow: a tenth of the inputs.
  { name: 'model cards', whole: CARD, inputs: INPUTS / 10, look: (bytes) => void readCard(bytes.toString('utf8')) },
];

describe('text formats', () => {
  it.each(SUBJECTS)('$name', ({ whole, look, inputs = INPUTS }) => {
    const seed = Buffer.from(whole, 'utf8');
    return fuzz(inputs, (random) => mutate(seed, random), (bytes, makesRun) => look(Buffer.from(bytes), makesRun));
  }, TIMEOUT);
});
