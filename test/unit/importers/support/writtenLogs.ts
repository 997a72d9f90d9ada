/** Logs of every format as their writers would have written them, out of one list of points; for properties that hold for all. */
import fc from 'fast-check';
import type { ForeignSource } from '../../../../src/importers';
import { eventFile, type WrittenEvent } from './eventWriter';
import { wandbFile, type WrittenRecord } from './wandbWriter';

export interface WrittenPoint {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  /** What a log holds beside numbers; of every alphabet. */
  readonly note: string;
  readonly isEvaluation: boolean;
}

export interface WrittenFormat {
  readonly source: ForeignSource;
  readonly name: string;
  readonly file: string;
  write(points: readonly WrittenPoint[]): Buffer;
  /** The numbers of a point under the keys by which they come back. */
  raw(point: WrittenPoint): Readonly<Record<string, number>>;
}

/** Numbers that come back alike as text, as 32-bit float and with either decimal mark. */
const number = fc.integer({ min: -4096, max: 4096 }).map((of) => of / 128);
const notes = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => `é✨\u{1f680} ${text.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029'"{}()=]/g, '')}`);

/** Steps ascend, as every trainer's do. */
export const writtenPoints = (minLength = 0): fc.Arbitrary<WrittenPoint[]> =>
  fc.array(fc.record({ by: fc.integer({ min: 1, max: 9 }), loss: number, accuracy: number, note: notes, isEvaluation: fc.boolean() }), { minLength, maxLength: 12 })
    .map((points) => points.reduce<WrittenPoint[]>((all, { by, ...rest }) => [...all, { step: (all.at(-1)?.step ?? 0) + by, ...rest }], []));

const lines = (of: readonly string[]): Buffer => Buffer.from(of.map((line) => `${line}\n`).join(''), 'utf8');
const json = (value: object): string => JSON.stringify(value);
const numbers = ({ loss, accuracy, isEvaluation }: WrittenPoint): Record<string, number> =>
  isEvaluation ? { eval_loss: loss, 'eval_rewards/accuracies': accuracy } : { loss, 'rewards/accuracies': accuracy };

const state = (points: readonly WrittenPoint[]): string =>
  `{\n "global_step": ${points.at(-1)?.step ?? 0},\n "log_history": ${JSON.stringify(points.map((point) => ({ ...numbers(point), note: point.note, step: point.step })), null, 1)},\n "max_steps": 200\n}\n`;
const event = (point: WrittenPoint): WrittenEvent => ({ step: point.step, wallTime: 1_700_000_000 + point.step, values: Object.entries(numbers(point)).map(([tag, simple]) => ({ tag, simple })) });
const record = (point: WrittenPoint): WrittenRecord => ({ history: { ...numbers(point), note: point.note, _step: point.step } });
const verl = ({ step, loss, accuracy }: WrittenPoint): string => `(TaskRunner pid=7) step:${step} - actor/pg_loss:np.float64(${loss}) - critic/score/mean:${accuracy} - response_length/mean:100.0`;
const openrlhf = ({ step, loss, accuracy }: WrittenPoint): string => `INFO ppo_trainer.py:547] ✨ Global step ${step}: {'policy_loss': ${loss}, 'reward': ${accuracy}, 'actor_lr': 5e-07}`;
/** Quotes, line ends and the other separator within a field. */
const field = ({ note, isEvaluation }: WrittenPoint): string => `"${note.replace(/[\r\n]/g, '')};\n""x""${isEvaluation ? '\n' : ''}"`;

export const WRITTEN_FORMATS: readonly WrittenFormat[] = [
  { source: 'trl', name: 'a trainer\'s state', file: 'trainer_state.json', raw: numbers, write: (points) => Buffer.from(state(points), 'utf8') },
  { source: 'llamafactory', name: 'LLaMA-Factory', file: 'trainer_log.jsonl', raw: ({ loss, accuracy }) => ({ loss, accuracy }), write: (points) => lines(points.map(({ step, loss, accuracy, note }) => json({ current_steps: step, total_steps: 200, loss, accuracy, elapsed_time: `0:${String(step % 60).padStart(2, '0')}:00`, note }))) },
  { source: 'openrlhf', name: 'OpenRLHF\'s console', file: 'train.log', raw: ({ loss, accuracy }) => ({ policy_loss: loss, reward: accuracy, actor_lr: 5e-7 }), write: (points) => lines(points.flatMap((point) => [`${point.note} 50%|█████`, openrlhf(point)])) },
  { source: 'verl', name: 'verl\'s console', file: 'train.log', raw: ({ loss, accuracy }) => ({ 'actor/pg_loss': loss, 'critic/score/mean': accuracy, 'response_length/mean': 100 }), write: (points) => lines(points.flatMap((point) => [verl(point), `(WorkerDict pid=9) ${point.note}`])) },
  { source: 'verl', name: 'verl\'s file', file: 'run.jsonl', raw: ({ loss }) => ({ 'actor/pg_loss': loss }), write: (points) => lines(points.map(({ step, loss, note }) => json({ step, data: { 'actor/pg_loss': loss, note } }))) },
  { source: 'csv', name: 'CSV', file: 'log.csv', raw: ({ loss }) => ({ loss }), write: (points) => lines(['step,note,loss,run', ...points.map((point) => `${point.step},${field(point)},${point.loss},${point.isEvaluation ? 'a' : 'b'}`)]) },
  { source: 'csv', name: 'CSV of semicolons, BOM and CRLF', file: 'log.csv', raw: ({ loss }) => ({ loss }), write: (points) => Buffer.from(`\ufeffstep;loss;note\r\n${points.map(({ step, loss, note }) => `${step};${String(loss).replace('.', ',')};${note.replace(/;/g, '')}\r\n`).join('')}`, 'utf8') },
  { source: 'jsonl', name: 'JSON lines', file: 'metrics.jsonl', raw: numbers, write: (points) => lines(['{"config": {"lr": 0.5}, "note": "é"}', ...points.map((point) => json({ run: point.isEvaluation ? 'a' : 'b', step: point.step, ...numbers(point), note: point.note }))]) },
  { source: 'jsonl', name: 'JSON lines without steps', file: 'metrics.jsonl', raw: numbers, write: (points) => lines(points.map((point) => json({ ...numbers(point), note: point.note }))) },
  { source: 'tensorboard', name: 'TensorBoard', file: 'events.out.tfevents.1700000000.host', raw: numbers, write: (points) => Buffer.from(eventFile(points.map(event))) },
  { source: 'wandb', name: 'W&B', file: 'run-a1.wandb', raw: numbers, write: (points) => Buffer.from(wandbFile(points.map(record))) },
];
