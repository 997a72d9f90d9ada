/**
 * Entry of the training process: `trainer run <runDir>`, `trainer stage <experimentDir> <kind> [run]`, `trainer probe`,
 * `trainer try <engine>`, `trainer bench`.
 * It speaks to the world through the run directory alone; standard error carries what a person would want to read.
 */
import { STAGE_KINDS, type StageKind } from '../core/run/events';
import { ENGINE_NAMES, isEngineName } from '../engines';
import { probeBackends } from './backend/probe';
import { tryEngine } from './backend/tryEngine';
import { runBench } from './bench/process';
import { runPolicy } from './run/process';
import { runStage } from './stages/process';

async function main(args: readonly string[]): Promise<number> {
  const [command, directory, kind, run] = args;
  switch (command) {
    case 'run':
      return directory ? runPolicy(directory) : usage();
    case 'stage':
      return directory && isStageKind(kind) ? runStage(directory, kind, run) : usage();
    case 'probe':
      process.stdout.write(`${JSON.stringify({ backends: await probeBackends() })}\n`);
      return 0;
    case 'try':
      if (!isEngineName(directory)) return usage();
      process.stdout.write(`${JSON.stringify(await tryEngine(directory))}\n`);
      return 0;
    case 'bench':
      return runBench();
    default:
      return usage();
  }
}

const isStageKind = (kind: string | undefined): kind is StageKind => STAGE_KINDS.some((known) => known === kind);

function usage(): number {
  process.stderr.write(`usage: trainer run <run directory> | trainer stage <experiment directory> <${STAGE_KINDS.join('|')}> [run] | trainer probe | trainer try <${ENGINE_NAMES.join('|')}> | trainer bench\n`);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => { process.exit(code); },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
