/**
 * Entry of the training process: `trainer run <runDir>`, `trainer stage <experimentDir> <kind>`, `trainer probe`, `trainer bench`.
 * It speaks to the world through the run directory alone; standard error carries what a person would want to read.
 */
import { STAGE_KINDS, type StageKind } from '../core/run/events';
import { probeBackends } from './backend/probe';
import { runBench } from './bench/process';
import { runPolicy } from './run/process';
import { runStage } from './stages/process';

async function main(args: readonly string[]): Promise<number> {
  const [command, directory, kind] = args;
  switch (command) {
    case 'run':
      return directory ? runPolicy(directory) : usage();
    case 'stage':
      return directory && isStageKind(kind) ? runStage(directory, kind) : usage();
    case 'probe':
      process.stdout.write(`${JSON.stringify({ backends: await probeBackends() })}\n`);
      return 0;
    case 'bench':
      return runBench();
    default:
      return usage();
  }
}

const isStageKind = (kind: string | undefined): kind is StageKind => STAGE_KINDS.some((known) => known === kind);

function usage(): number {
  process.stderr.write(`usage: trainer run <run directory> | trainer stage <experiment directory> <${STAGE_KINDS.join('|')}> | trainer probe | trainer bench\n`);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => { process.exit(code); },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
