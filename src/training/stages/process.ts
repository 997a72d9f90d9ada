/** The `stage` command of the training process: computes one shared stage of an experiment and reports to `stages.jsonl`. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { stagesOf } from '../../core/experiment/stages';
import type { StageEvent, StageKind } from '../../core/run/events';
import { readExperimentManifest, readManifest } from '../../runlog';
import { ARTEFACTS_FOLDER, STAGES_FILE } from '../../runlog/paths';
import { startBackend } from '../backend/start';
import { loadTask } from '../tasks';
import { ArtefactStore } from './artefacts';
import { Pipeline, type StageReport } from './pipeline';

/** @param run one that needs the stage; the experiment's first unless told. Exit code: 0 computed or there already, 1 failed. */
export async function runStage(experimentDirectory: string, kind: StageKind, run?: string): Promise<number> {
  const user = run ?? (await readExperimentManifest(experimentDirectory)).runs[0];
  if (user === undefined) throw new Error(`${experimentDirectory} plans no run, so no stage is needed`);
  const { config } = await readManifest(path.join(experimentDirectory, user));
  const part = stagesOf(config).find((stage) => stage.kind === kind)?.part;
  const report = stageReporter(experimentDirectory);
  try {
    const backend = await startBackend(config.backend);
    const store = new ArtefactStore(path.join(path.dirname(experimentDirectory), ARTEFACTS_FOLDER));
    await new Pipeline({ config, task: await loadTask(config.task), backend, store, report }).ensure(kind);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof Error ? (error.stack ?? message) : message}\n`);
    report({ kind, ...(part === undefined ? {} : { part }), digest: '', state: 'failed', fraction: 0, message });
    return 1;
  }
}

/** Appends to the experiment's `stages.jsonl`; small appended lines of several processes do not mix. */
export function stageReporter(experimentDirectory: string): (stage: StageReport) => void {
  const file = path.join(experimentDirectory, STAGES_FILE);
  return (stage) => {
    const event: StageEvent = { event: 'stage', time: new Date().toISOString(), ...stage };
    appendFileSync(file, `${JSON.stringify(event)}\n`);
  };
}
