import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { METRIC_NAMES } from '../../core/run/metrics';
import type { Run } from '../../core/run/types';
import { CliError } from '../errors';
import type { ForeignSource } from '../../importers';
import { foreignFrom, loadRuns, sourceOption } from '../inputs';
import type { Io } from '../io';

const FORMATS = ['csv', 'jsonl'] as const;
type Format = (typeof FORMATS)[number];

interface Options {
  readonly source?: ForeignSource;
  readonly format: Format;
  readonly out?: string;
  readonly json?: boolean;
}

export function addExport(program: Command, io: Io): void {
  program
    .command('export')
    .description('Write one tidy row a run, checkpoint and metric')
    .argument('<paths...>', 'folders, experiments or runs')
    .addOption(new Option('--format <format>', 'how rows are written').choices(FORMATS).makeOptionMandatory())
    .option('--out <file>', 'write here instead of standard output')
    .addOption(sourceOption())
    .option('--json', 'with --out: print one JSON document (alignment-gap/export@1) that says what was written')
    .addHelpText('after', '\nExample:\n  $ alignment-gap export alignment-runs/online-vs-offline --format csv --out study.csv')
    .action(async (paths: string[], options: Options) => {
      const rows = tidyRows(await loadRuns(paths, foreignFrom(options.source)));
      const text = options.format === 'csv' ? toCsv(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      if (options.out === undefined) {
        io.out(options.json === true ? `${JSON.stringify({ schema: 'alignment-gap/export@1', rows }, null, 2)}\n` : text);
        return;
      }
      await write(options.out, text);
      if (options.json === true) io.out(`${JSON.stringify({ schema: 'alignment-gap/export@1', out: options.out, rows: rows.length }, null, 2)}\n`);
      else io.err(`${rows.length} rows written to ${options.out}\n`);
    });
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CliError(`The export cannot be written: ${(error as Error).message}`, file, 'Name another file with --out.');
  }
}

const COLUMNS = ['run', 'experiment', 'arm', 'seed', 'beta', 'step', 'metric', 'value', 'low', 'high', 'n', 'unit'] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

/** What is not there is null (an empty field in CSV), never zero. */
export function tidyRows(runs: readonly Run[]): Row[] {
  return runs.flatMap(({ name: run, experiment, arm, seed = null, beta = null, checkpoints }) =>
    checkpoints.flatMap(({ step, metrics }) =>
      METRIC_NAMES.flatMap((metric): Row[] => {
        const estimate = metrics[metric];
        if (estimate === undefined) return [];
        const { value, low = null, high = null, n = null, unit } = estimate;
        return [{ run, experiment, arm, seed, beta, step, metric, value, low, high, n, unit }];
      }),
    ),
  );
}

/** RFC 4180: quotes around what needs them, doubled inside; lines end with CRLF. */
export function toCsv(rows: readonly Row[]): string {
  const field = (value: string | number | null) => {
    const text = value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => field(row[column])).join(','))].map((line) => `${line}\r\n`).join('');
}
