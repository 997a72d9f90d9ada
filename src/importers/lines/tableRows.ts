/**
 * Rows of a table of any columns (JSON lines, CSV): which column is the step, the run and the clock is decided once for rows
 * with equal columns, so that a million of them cost little.
 */
import { epochSeconds, runColumn, runName, stepColumn, timeColumn } from '../columns';
import type { Mapping, RawRow, StepAxis } from '../contract';
import { hasKeys, numberOf, numbersOf } from '../values';
import type { Tables } from './tables';

type Row = Readonly<Record<string, unknown>>;

interface Plan {
  readonly keys: readonly string[];
  readonly step: string | undefined;
  readonly run: string | undefined;
  readonly time: ReturnType<typeof timeColumn>;
  /** Tidy tables have one number a row: the column `metric` names it. */
  readonly isLong: boolean;
}

/** Rows without a step, kept until it is known whether the table has any. */
const MOST_WAITING = 100;

export class TableRows {
  axis: StepAxis = 'rows';
  private plan: Plan | undefined;
  private hasSteps = false;

  constructor(private readonly mapping: Mapping | undefined) {}

  /** @returns what is wrong with the row */
  add(row: Row, tables: Tables): string | undefined {
    const plan = this.plan !== undefined && hasKeys(row, this.plan.keys) ? this.plan : this.planFor(row);
    this.plan = plan;
    if (plan.step !== undefined) {
      // What came before the first row with a step was a heading or the configuration.
      tables.waiting = [];
      return this.addWithStep(row, plan, tables);
    }
    if (this.hasSteps) return 'it has no step';
    tables.waiting.push(row);
    if (tables.waiting.length > MOST_WAITING) this.flush(tables);
    return undefined;
  }

  /** Rows of a table without any step column are numbered; called at the end of what there is. */
  flush(tables: Tables): void {
    if (this.hasSteps) return;
    for (const row of tables.waiting) this.addNumbered(row, tables);
    tables.waiting = [];
  }

  private planFor(row: Row): Plan {
    const { column, axis } = stepColumn((name) => numberOf(row[name]) !== undefined, this.mapping);
    if (column !== undefined && !this.hasSteps) {
      this.axis = axis;
      this.hasSteps = true;
    }
    const isLong = typeof row.metric === 'string' && 'value' in row && this.mapping?.metrics === undefined;
    return { keys: Object.keys(row), step: column, run: runColumn(row, this.mapping), time: timeColumn(row), isLong };
  }

  private addWithStep(row: Row, plan: Plan, tables: Tables): string | undefined {
    const step = numberOf(row[plan.step ?? '']);
    if (step === undefined || !Number.isFinite(step)) return 'its step is no number';
    tables.add(plan.run === undefined ? undefined : runName(row[plan.run]), { step, values: valuesOf(row, plan), ...times(row, plan) });
    return undefined;
  }

  private addNumbered(row: Row, tables: Tables): void {
    const plan = this.planFor(row);
    const part = plan.run === undefined ? undefined : runName(row[plan.run]);
    tables.add(part, { step: tables.seen(part), values: valuesOf(row, plan), ...times(row, plan) });
  }
}

function times(row: Row, { time }: Plan): Pick<RawRow, 'time' | 'elapsed'> {
  if (time === undefined) return {};
  const value = time.kind === 'time' ? epochSeconds(row[time.column]) : numberOf(row[time.column]);
  return value === undefined ? {} : { [time.kind]: value };
}

function valuesOf(row: Row, { isLong }: Plan): Readonly<Record<string, number>> {
  if (!isLong) return numbersOf(row);
  const { metric, value, ...parts } = row;
  const name = String(metric);
  const number = numberOf(value);
  const bounds = (['low', 'high', 'n', 'standardError'] as const).flatMap((part): [string, number][] => {
    const of = numberOf(parts[part]);
    return of === undefined ? [] : [[`${name}.${part}`, of]];
  });
  return Object.fromEntries([...(number === undefined ? [] : [[name, number] as [string, number]]), ...bounds]);
}
