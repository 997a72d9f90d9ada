/** Rows of a W&B history on the axis that the trainer means, and what else its records say. Pure. */
import type { RawRow } from '../contract';
import { RowStore } from '../meaning';
import { numberIn } from './json';
import { readRecord, type Item, type WandbRecord } from './raw';

/** Step metrics that trainers log without declaring them; `_step` counts calls of `log`. */
const KNOWN_STEPS = ['train/global_step', 'eval/global_step', 'training/global_step', 'trainer/global_step', 'global_step'];
/** W&B's own columns. */
const OWN = new Set(['_step', '_timestamp', '_runtime', '_wandb']);

export class WandbLog {
  readonly rows = new RowStore();
  readonly kinds = new Map<string, number>();
  readonly config = new Map<string, unknown>();
  readonly summary = new Map<string, unknown>();
  readonly keys = new Map<string, number>();
  run: Extract<WandbRecord, { kind: 'run' }> | undefined;
  exitCode: number | undefined;
  /** The run's numbers, or some of them, are in event files that W&B was told to follow. */
  followsTensorBoard = false;
  private readonly declared: string[] = [];
  private lastStep: number | undefined;

  /** @throws where the data is no record */
  take(data: Uint8Array<ArrayBuffer>): void {
    const record = readRecord(data);
    const kind = record.kind === 'other' ? record.of : record.kind;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    this.keep(record);
  }

  private keep(record: WandbRecord): void {
    switch (record.kind) {
      case 'history':
        return this.history(record.items, record.step);
      case 'summary':
        for (const { key, value } of record.items) this.summary.set(key, value);
        return;
      case 'config':
        for (const { key, value } of record.items) this.config.set(key, value);
        return;
      case 'run':
        this.run = record;
        for (const { key, value } of record.config) this.config.set(key, value);
        return;
      case 'metric':
        if (record.stepMetric !== '' && !this.declared.includes(record.stepMetric)) this.declared.push(record.stepMetric);
        return;
      case 'exit':
        this.exitCode = record.code;
        return;
      case 'tbrecord':
        this.followsTensorBoard = true;
        return;
      case 'other':
        return;
    }
  }

  private history(items: readonly Item[], step: number | undefined): void {
    const all = new Map<string, number>();
    for (const { key, value } of items) {
      const number = numberIn(value);
      if (number !== undefined) all.set(key, number);
    }
    // Sorted: the client writes the keys of a row in any order, and rows of one kind are known by their order.
    const own = [...all.keys()].filter((key) => !OWN.has(key)).sort();
    if (own.length === 0) return;
    for (const key of own) this.keys.set(key, (this.keys.get(key) ?? 0) + 1);
    const values = Object.fromEntries(own.map((key) => [key, all.get(key)!]));
    const time = all.get('_timestamp');
    this.rows.add({ step: this.stepOf(all, step), values, ...(time === undefined ? {} : { time }) });
  }

  /** A row without the step metric belongs to the step last logged: so W&B's `step_sync` has it. */
  private stepOf(all: ReadonlyMap<string, number>, step: number | undefined): number {
    for (const key of [...this.declared, ...KNOWN_STEPS]) {
      const value = all.get(key);
      if (value === undefined || !Number.isFinite(value)) continue;
      this.lastStep = value;
      return value;
    }
    return this.lastStep ?? step ?? finite(all.get('_step')) ?? this.rows.seen;
  }
}

/** The summary as a row, where a run logged no history. */
export function summaryRow(summary: ReadonlyMap<string, unknown>): RawRow | undefined {
  const values = [...summary].flatMap(([key, value]): [string, number][] => {
    const number = OWN.has(key) ? undefined : numberIn(value);
    return number === undefined ? [] : [[key, number]];
  });
  if (values.length === 0) return undefined;
  const stepKey = KNOWN_STEPS.find((key) => finite(numberIn(summary.get(key))) !== undefined) ?? '_step';
  const time = finite(numberIn(summary.get('_timestamp')));
  return { step: finite(numberIn(summary.get(stepKey))) ?? 0, values: Object.fromEntries(values), ...(time === undefined ? {} : { time }) };
}

const finite = (value: number | undefined): number | undefined => (value !== undefined && Number.isFinite(value) ? value : undefined);
