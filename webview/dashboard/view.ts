/** How the reader has set up the page; kept by setState, so that it survives a hidden tab and a reload. */
import { METRIC_NAMES, type MetricName } from '../../src/core/run/metrics';
import type { PanelState } from '../../src/core/protocol';
import type { CurveChoice, KlScale } from '../model/gap';
import { DEFAULT_COLUMNS, type RowChoice, type Sort } from '../model/table';

export interface DashboardViewState extends PanelState {
  readonly klScale: KlScale;
  readonly curve: CurveChoice;
  readonly columns: readonly MetricName[];
  readonly sort: Sort;
  readonly rows: RowChoice;
  /** Legend entries switched off. */
  readonly hidden: readonly string[];
  /** Charts whose table twin is open. */
  readonly tables: readonly string[];
}

export const INITIAL_VIEW: DashboardViewState = {
  klScale: 'sqrt',
  curve: 'fit',
  columns: DEFAULT_COLUMNS,
  sort: { column: 'run', descending: false },
  rows: 'latest',
  hidden: [],
  tables: [],
};

/** State of an older version, or of anybody else, falls back to the initial view field by field. */
export function readView(kept: Partial<Record<keyof DashboardViewState, unknown>>): DashboardViewState {
  const { restore, klScale, curve, columns, sort, rows, hidden, tables } = kept;
  const known = METRIC_NAMES as readonly string[];
  return {
    klScale: klScale === 'linear' ? 'linear' : 'sqrt',
    curve: curve === 'attainable' ? 'attainable' : 'fit',
    columns: strings(columns)?.filter((name): name is MetricName => known.includes(name)) ?? INITIAL_VIEW.columns,
    sort: isSort(sort) ? sort : INITIAL_VIEW.sort,
    rows: rows === 'every' ? 'every' : 'latest',
    hidden: strings(hidden) ?? [],
    tables: strings(tables) ?? [],
    ...(typeof restore === 'string' ? { restore } : {}),
  };
}

const strings = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((one): one is string => typeof one === 'string') ? value : undefined;

function isSort(value: unknown): value is Sort {
  if (typeof value !== 'object' || value === null) return false;
  const { column, descending } = value as Partial<Record<keyof Sort, unknown>>;
  return typeof descending === 'boolean' && ['run', 'step', ...METRIC_NAMES].includes(column as MetricName);
}

export const toggled = (list: readonly string[], item: string): string[] => (list.includes(item) ? list.filter((one) => one !== item) : [...list, item]);
