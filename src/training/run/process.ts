/** The `run` command of the training process: opens the run directory, trains, and says in its log how it ended. */
import path from 'node:path';
import { startBackend } from '../backend/start';
import { ArtefactStore } from '../stages/artefacts';
import { Pipeline, type Facts, type StageReport } from '../stages/pipeline';
import { stageReporter } from '../stages/process';
import { stageKinds } from '../../core/experiment/stages';
import type { RunManifest, StageKind } from '../../core/run/events';
import { readEvents, readManifest, RunWriter } from '../../runlog';
import { artefactsDirectoryOf } from '../../runlog/paths';
import { processIdentity } from '../../runlog/process';
import { engineInfo } from '../engine';
import { loadTask } from '../tasks';
import { checkpointsFolder, trainPolicy } from './policyRun';
import { newestStep } from './savedState';

const now = (): string => new Date().toISOString();

/** Exit code: 0 finished or stopped as asked, 1 failed. */
export async function runPolicy(runDirectory: string): Promise<number> {
  const stop = listenForStop();
  const manifest = await readManifest(runDirectory);
  const writer = await RunWriter.open(runDirectory);
  try {
    writer.append({ event: 'started', time: now(), ...processIdentity(), fromStep: newestStep(checkpointsFolder(runDirectory)) });
    const backend = await startBackend(manifest.config.backend);
    for (const reason of backend.reasons) process.stderr.write(`${reason}\n`);
    const experimentDirectory = path.dirname(runDirectory);
    const pipeline = new Pipeline({
      config: manifest.config,
      task: await loadTask(manifest.config.task),
      backend,
      store: new ArtefactStore(artefactsDirectoryOf(runDirectory)),
      report: reportOwnWork(stageReporter(experimentDirectory)),
    });
    const artefacts = Object.fromEntries(Object.values(pipeline.plan).map(({ kind, digest }) => [kind, digest]));
    refuseOtherStages(manifest, artefacts);
    await writer.updateManifest({ engine: engineInfo(backend), artefacts });
    await writer.updateManifest({ stageFacts: await stageFacts(pipeline) });
    const loggedSteps = new Set((await readEvents(runDirectory)).flatMap((event) => (event.event === 'checkpoint' ? [event.step] : [])));
    const end = await trainPolicy({ pipeline, runDirectory, log: writer, loggedSteps, stopRequested: stop.requested });
    writer.append(end.kind === 'finished' ? { event: 'finished', time: now() } : { event: 'stopped', time: now(), step: end.step });
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof Error ? (error.stack ?? message) : message}\n`);
    tellFailure(writer, message);
    return 1;
  } finally {
    writer.close();
    stop.dispose();
  }
}

/** Computes what is missing; what the judges are worth then stands in the run's own manifest, wherever it is copied to. */
async function stageFacts(pipeline: Pipeline): Promise<NonNullable<RunManifest['stageFacts']>> {
  const facts: Partial<Record<StageKind, Facts>> = {};
  for (const kind of stageKinds(pipeline.config)) facts[kind] = await pipeline.factsOf(kind);
  return facts;
}

/** What made the run fail may also keep its log from being written (a full disk); the first cause is what counts then. */
function tellFailure(writer: RunWriter, message: string): void {
  try {
    writer.append({ event: 'failed', time: now(), message });
  } catch (error) {
    process.stderr.write(`nor could the log say so: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** That a stage is there already is for the `stage` command to tell: said again by each run, it would bury what was computed. */
const reportOwnWork = (report: (stage: StageReport) => void) => (stage: StageReport): void => {
  if (stage.state !== 'cached') report(stage);
};

/** A run goes on only on the stages it began with: another reference policy would void its KL, another opponent its win rate. */
function refuseOtherStages(manifest: RunManifest, artefacts: Readonly<Record<string, string>>): void {
  const begun = manifest.artefacts;
  if (!begun) return;
  const changed = Object.keys(artefacts).filter((kind) => begun[kind] !== artefacts[kind]);
  if (changed.length === 0) return;
  const backend = manifest.engine ? ` It began on backend ${manifest.engine.backend} (${manifest.engine.kernels}).` : '';
  throw new Error(`cannot go on: the shared stages have changed since this run began (${changed.join(', ')}).${backend} Restore the data file and backend it began with, or start a new run.`);
}

/** SIGTERM and SIGINT ask for an orderly end: the step in hand is finished and saved. */
function listenForStop(): { readonly requested: () => boolean; readonly dispose: () => void } {
  let asked = false;
  const onSignal = (): void => { asked = true; };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return {
    requested: () => asked,
    dispose: () => { process.off('SIGTERM', onSignal).off('SIGINT', onSignal); },
  };
}
