/** The result as a table for the terminal, as a JSON record, and as an entry of the history in docs/performance.md. */
import { TITLES, type Workload } from '../workloads';
import type { Figure } from './rounds';

export interface EngineResult {
  readonly name: string;
  readonly kernels: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly figures: Readonly<Partial<Record<Workload, Figure>>>;
}

export interface BenchRecord {
  /** ISO 8601. */
  readonly time: string;
  readonly commit: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly platform: string; readonly node: string };
  readonly rounds: number;
  /** The first one is what the ratios refer to. */
  readonly engines: readonly EngineResult[];
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
}

type Cell = (figure: Figure, base: Figure | undefined, isBase: boolean) => string;

export function textTable(record: BenchRecord, workloads: readonly Workload[]): string {
  const cell: Cell = (figure, base, isBase) => `${milliseconds(figure.median)} [${milliseconds(figure.low)}–${milliseconds(figure.high)}]${ratioTo(figure, base, isBase)}`;
  const rows = [['processor ms a call', ...record.engines.map(({ name }) => name)], ...tableRows(record, workloads, cell)];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0))).join('  ')).join('\n');
}

/** A dated entry: newest entries stand first. */
export function historyEntry(record: BenchRecord, workloads: readonly Workload[]): string {
  const { time, commit, machine, rounds, engines, absent } = record;
  const cell: Cell = (figure, base, isBase) => `${milliseconds(figure.median)}${ratioTo(figure, base, isBase)}`;
  const header = ['processor ms (ratio to the first column)', ...engines.map(({ name }) => name)];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const what = engines.map(({ name, kernels, versions }) => `${name}: ${[kernels, ...Object.entries(versions).map(([key, value]) => `${key} ${value}`)].join(', ')}`);
  return [
    `### ${time.slice(0, 10)}, ${commit}`,
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}; median of ${rounds} rounds. ${what.join('; ')}.`,
    '',
    line(header),
    line(header.map(() => '---')),
    ...tableRows(record, workloads, cell).map(line),
    ...(absent.length > 0 ? ['', `Not measured: ${absent.map(({ name, reason }) => `${name} (${reason})`).join('; ')}.`] : []),
  ].join('\n');
}

export const HISTORY_MARK = '<!-- npm run bench -- --record writes below this line -->';

/** @throws Error when the page has no mark to write below. */
export function withHistoryEntry(page: string, entry: string): string {
  const at = page.indexOf(HISTORY_MARK);
  if (at < 0) throw new Error(`docs/performance.md has no line "${HISTORY_MARK}"; put it below the heading of the history.`);
  const end = at + HISTORY_MARK.length;
  return `${page.slice(0, end)}\n\n${entry}${page.slice(end)}`;
}

function tableRows({ engines }: BenchRecord, workloads: readonly Workload[], cell: Cell): string[][] {
  return workloads.map((workload) => [
    TITLES[workload],
    ...engines.map(({ figures }, i) => {
      const figure = figures[workload];
      return figure ? cell(figure, engines[0]?.figures[workload], i === 0) : '–';
    }),
  ]);
}

const milliseconds = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));
const ratioTo = (figure: Figure, base: Figure | undefined, isBase: boolean): string => (isBase || !base ? '' : ` (×${(figure.median / base.median).toFixed(2)})`);
