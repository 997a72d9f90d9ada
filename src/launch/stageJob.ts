/** One shared stage as a job of the queue. */
import path from 'node:path';
import type { PlannedStage } from '../core/experiment/stages';
import { ARTEFACTS_FOLDER, STAGES_LOG } from '../runlog';
import { describeEnd, logTail } from './child';
import type { JobOutcome } from './queue';
import type { Session } from './session';

/** @param run one that needs the stage: its configuration says how it is computed */
export async function stageJob(session: Session, { id: stage, kind }: PlannedStage, run: string): Promise<JobOutcome> {
  const { plan, emit, watch, options, stageFailures } = session;
  const log = path.join(plan.directory, STAGES_LOG);
  emit({ kind: 'stage-started', stage });
  const child = await session.start(['stage', plan.directory, kind, run], log);
  const end = await child.ended;
  await watch.poll();
  if (end.code === 0) {
    noteSkippedLines(session, stage);
    emit({ kind: 'stage-ended', stage, result: 'done' });
    return 'done';
  }
  if (options.signal?.aborted === true) {
    emit({ kind: 'stage-ended', stage, result: 'stopped' });
    return 'stopped';
  }
  const said = watch.stage(stage);
  const cause = said?.state === 'failed' ? said.message : undefined;
  const message = cause ?? `${describeEnd(end)}; ${(await logTail(log, 1)).join('') || 'it printed nothing'}`;
  stageFailures.set(stage, `the shared stage ${stage} failed: ${message} (${log})`);
  emit({ kind: 'stage-ended', stage, result: 'failed', message: `${message} (${log})` });
  return 'failed';
}

/** What the user's file lacked must not pass in silence, cached or not: the counts here, each line by name in the artefact. */
function noteSkippedLines({ watch, emit, plan }: Session, stage: string): void {
  const said = stage === 'data' ? watch.stage(stage) : undefined;
  const { linesSkipped, linesRead, file, skippedBecause } = said?.facts ?? {};
  if (!said || typeof linesSkipped !== 'number' || linesSkipped === 0) return;
  const list = path.join(path.dirname(plan.directory), ARTEFACTS_FOLDER, said.digest, 'skipped-lines.txt');
  emit({ kind: 'note', message: `${linesSkipped} of ${linesRead ?? '?'} lines of ${file ?? 'the pairs file'} were skipped (${skippedBecause ?? 'no reason given'}); each is named in ${list}.` });
}
