/** Drives the benchmark: starts every engine that this machine has, measures them in turns, reports. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createFixture, writeFixture } from '../engine/fixture';
import type { Workload } from '../workloads';
import { startEngines, type Started } from './engines';
import { readOptions, USAGE, type Options } from './options';
import { historyEntry, textTable, withHistoryEntry, type BenchRecord, type EngineResult } from './report';
import { measureRounds, type Figure } from './rounds';

const HISTORY = 'docs/performance.md';

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) return console.log(USAGE);
  const fixture = mkdtempSync(path.join(os.tmpdir(), 'bench-fixture-'));
  const running: Started[] = [];
  try {
    writeFixture(fixture, await createFixture());
    const { started, absent } = await startEngines(options, fixture);
    running.push(...started);
    for (const { name, reason } of absent) console.error(`Skipped: ${name}: ${reason}`);
    const figures = await measureAll(started, options);
    report({ time: new Date().toISOString(), commit: commit(), machine: machine(), rounds: options.rounds, engines: results(started, figures), absent }, options);
  } finally {
    await Promise.all(running.map(({ process }) => process.stop()));
    rmSync(fixture, { recursive: true });
  }
}

type Figures = ReadonlyMap<Started['process'], Readonly<Partial<Record<Workload, Figure>>>>;

async function measureAll(started: readonly Started[], options: Options): Promise<Figures> {
  const figures = new Map<Started['process'], Partial<Record<Workload, Figure>>>();
  for (const workload of options.workloads) {
    const able = started.filter(({ ready }) => ready.workloads.includes(workload)).map(({ process }) => process);
    for (const [process, figure] of await measureRounds(able, workload, options)) figures.set(process, { ...figures.get(process), [workload]: figure });
  }
  return figures;
}

/** One column an engine, whatever the number of its processes. */
function results(started: readonly Started[], figures: Figures): EngineResult[] {
  return [...new Set(started.map(({ name }) => name))].map((name) => {
    const own = started.filter((engine) => engine.name === name);
    return {
      name,
      kernels: [...new Set(own.map(({ ready }) => ready.kernels))].join(', '),
      versions: Object.assign({}, ...own.map(({ ready }) => ready.versions)) as Record<string, string>,
      figures: Object.assign({}, ...own.map(({ process }) => figures.get(process))) as EngineResult['figures'],
    };
  });
}

function report(record: BenchRecord, { workloads, json, record: keep }: Options): void {
  console.log(textTable(record, workloads));
  for (const { name, kernels, versions } of record.engines) console.log(`${name}: ${kernels} (${Object.entries(versions).flat().join(' ')})`);
  mkdirSync(path.dirname(json), { recursive: true });
  writeFileSync(json, `${JSON.stringify(record, null, 2)}\n`);
  console.log(`Record: ${json}`);
  if (!keep) return;
  writeFileSync(HISTORY, withHistoryEntry(readFileSync(HISTORY, 'utf8'), historyEntry(record, workloads)));
  console.log(`Entry: ${HISTORY}`);
}

const machine = (): BenchRecord['machine'] =>
  ({ cpu: os.cpus()[0]?.model ?? 'unknown', cores: os.cpus().length, platform: `${process.platform}-${process.arch}`, node: process.version });

/** The newest commit that touched the sources, with a plus sign where they are not as it left them. */
function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('log', '-1', '--format=%h', '--', 'src') + (git('status', '--porcelain', '--', 'src') === '' ? '' : '+');
  } catch {
    return 'unknown commit';
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
