import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { isEngineName } from '../../engines';
import { VERSION } from '../../launch';
import type { ExitCode } from '../errors';
import { DEFAULT_ROOT } from '../inputs';
import type { Io } from '../io';
import { oneLine, table } from '../render/table';
import { trainerPath } from '../trainerPath';

interface Options {
  readonly json?: boolean;
  readonly out: string;
}

const PROBE_PATIENCE_MS = 120_000;
const GIB = 1024 ** 3;

export function addDoctor(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('doctor')
    .description('Say what this machine can do: backends and their speed, versions, cores, memory, whether runs can be written')
    .option('--out <dir>', 'the folder of experiments to try', DEFAULT_ROOT)
    .option('--json', 'print one JSON document (alignment-gap/doctor@1)')
    .addHelpText('after', '\nExample:\n  $ alignment-gap doctor')
    .action(async (options: Options) => {
      const findings = await examine(options.out);
      io.out(options.json === true ? `${JSON.stringify(findings, null, 2)}\n` : doctorText(findings));
      exit(findings.training.ok && findings.output.ok ? 0 : 1);
    });
}

interface Finding {
  readonly ok: boolean;
  readonly reason?: string;
}

export interface Findings {
  readonly schema: 'alignment-gap/doctor@1';
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly launchers: readonly string[];
  readonly output: Finding & { readonly path: string };
  /** What the training process said of its backends, as it said it. */
  readonly training: Finding & { readonly path?: string; readonly probe?: unknown };
}

async function examine(out: string): Promise<Findings> {
  return {
    schema: 'alignment-gap/doctor@1',
    version: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    freeMemoryBytes: os.freemem(),
    launchers: ['local'],
    output: await tryOutput(path.resolve(out)),
    training: await probe(),
  };
}

/** Tried by writing: permissions, read-only mounts and full disks all show, and nothing stays behind. */
async function tryOutput(folder: string): Promise<Findings['output']> {
  const file = path.join(folder, `.doctor-${process.pid}`);
  let made: string | undefined;
  try {
    made = await mkdir(folder, { recursive: true });
    await writeFile(file, 'written by alignment-gap doctor\n');
    return { ok: true, path: folder };
  } catch (error) {
    return { ok: false, path: folder, reason: (error as Error).message };
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
    if (made !== undefined) await rm(made, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function probe(): Promise<Findings['training']> {
  let trainer: string | undefined;
  try {
    trainer = trainerPath();
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const { stdout } = await promisify(execFile)(process.execPath, [trainer, 'probe'], { env, timeout: PROBE_PATIENCE_MS, windowsHide: true });
    return { ok: true, path: trainer, probe: JSON.parse(stdout) as unknown };
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: string };
    return { ok: false, ...(trainer === undefined ? {} : { path: trainer }), reason: stderr?.trim().split('\n').at(-1) || message };
  }
}

export function doctorText(findings: Findings): string {
  const { output, training } = findings;
  const rows = [
    ['Version', findings.version],
    ['Node', `${findings.node} on ${findings.platform}`],
    ['CPU', `${findings.cpu}, ${findings.cores} cores available`],
    ['Memory', `${(findings.freeMemoryBytes / GIB).toFixed(1)} of ${(findings.memoryBytes / GIB).toFixed(1)} GiB free`],
    ['Launchers', findings.launchers.join(', ')],
    ['Output folder', `${output.path}: ${output.ok ? 'writable' : `cannot be written: ${output.reason ?? ''}`}`],
    ['Training', training.ok ? (training.path ?? '') : `does not start: ${training.reason ?? ''}`],
    ...backendRows(training.probe),
  ];
  return table([{ title: '' }, { title: '' }], rows).replace(/^\n/, '');
}

/** One row a backend: what was found, and why the others were not. */
function backendRows(probed: unknown): string[][] {
  const backends = (probed as { backends?: unknown } | undefined)?.backends;
  if (!Array.isArray(backends)) return [];
  return backends.map((backend: Record<string, unknown>) => {
    const { name, available, reason, kernels, stepMilliseconds: step } = backend;
    const speed = typeof step === 'number' ? `${step.toFixed(0)} ms a training step of a small policy` : 'speed unknown';
    const found = available === true ? `found, ${speed}${typeof kernels === 'string' ? `; kernels: ${kernels}` : ''}` : missingText(name, reason);
    return [`Backend ${oneLine(String(name))}`, oneLine(found)];
  });
}

/** An engine that is missing can be had: the command is named, unless the reason does so already. */
function missingText(name: unknown, reason: unknown): string {
  const why = typeof reason === 'string' ? reason : 'no reason given';
  const command = isEngineName(name) ? `alignment-gap native install ${name}` : undefined;
  return `not found: ${why}${command === undefined || why.includes(command) ? '' : `. To install it: ${command}`}`;
}
