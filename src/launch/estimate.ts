/** How long a plan will take, by what its steps cost here: the queue's own order and needs, with times in place of processes. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { estimateStudy, runCost, stageCost, type StudyEstimate, type StudyWork } from '../core/estimate';
import type { PlannedRun } from '../core/experiment/expand';
import { runNeeds, stagesOf, stagesOfAll } from '../core/experiment/stages';
import type { Run } from '../core/run/types';
import { ARTEFACT_FILE, ARTEFACTS_FOLDER, readRun } from '../runlog';
import type { MeasuredStudy } from './bench';
import { readCalibration } from './calibration';
import type { ExperimentPlan } from './plan';
import { interleave } from './session';

export interface EstimateRequest {
  /** Those that are not finished. */
  readonly runs: readonly PlannedRun[];
  readonly measured: Pick<MeasuredStudy, 'costs' | 'pace' | 'digests'>;
  readonly jobs: number;
  /** The folder of experiments, which holds the shared stages. */
  readonly root: string;
  /** Steps that a run has behind it, by name. */
  readonly from?: ReadonlyMap<string, number>;
  /** Ids of stages known to be there: a run that has begun had its own. */
  readonly recorded?: readonly string[];
}

/** The command line's own start and its table, picture and report, in starts of a training process. */
const OVERHEAD_STARTS = 4;

export async function estimateRuns(request: EstimateRequest): Promise<StudyEstimate | undefined> {
  const work = await workOf(request);
  return work && estimateStudy(work);
}

/** The jobs of these runs with what each takes, before they are fitted into the places there are; undefined without a run. */
export async function workOf({ runs, measured, jobs, root, from, recorded = [] }: EstimateRequest): Promise<StudyWork | undefined> {
  const [first] = runs;
  if (first === undefined) return undefined;
  const { costs, pace, digests } = measured;
  const there = new Set([...(await artefactsThere(root, digests)), ...recorded]);
  return {
    stages: stagesOfAll(runs.map(({ config }) => config)).map(({ id, kind, needs }) => {
      const isThere = there.has(id);
      const { config } = runs.find((run) => stagesOf(run.config).some((stage) => stage.id === id)) ?? first;
      return { name: id, needs, isThere, ...(isThere ? { seconds: costs.start, steps: 0, stepSeconds: 0 } : stageCost(kind, config, costs)) };
    }),
    runs: interleave(runs).map(({ name, config }) => ({ name, arm: config.arm, needs: runNeeds(config), ...runCost(config, costs, from?.get(name)) })),
    jobs, pace,
    overhead: OVERHEAD_STARTS * costs.start,
  };
}

/** Those of which an experiment has one: the digests of the others are known to the runs that have begun. */
async function artefactsThere(root: string, digests: MeasuredStudy['digests']): Promise<Set<string>> {
  const found = await Promise.all(
    Object.entries(digests).map(async ([kind, digest]) => {
      const file = path.join(root, ARTEFACTS_FOLDER, digest, ARTEFACT_FILE);
      return access(file).then(() => kind, () => undefined);
    }),
  );
  return new Set(found.filter((kind) => kind !== undefined));
}

/** Of a plan on disk, by the calibration that is there for it; undefined without one, or where nothing is left to do. Never throws. */
export async function estimatePlan(plan: ExperimentPlan, jobs: number, trainerPath: string): Promise<StudyEstimate | undefined> {
  const [first] = plan.runs;
  const measured = first === undefined ? undefined : await readCalibration(first.config, trainerPath);
  if (measured === undefined) return undefined;
  try {
    return await estimateRuns({ ...(await unfinishedOf(plan)), measured, jobs, root: path.dirname(plan.directory) });
  } catch {
    // A run that cannot be read is for the start itself to tell; the estimate is only left out.
    return undefined;
  }
}

/** The runs of a plan that are not finished, how far they are, and which stages are there for certain; a run without a directory has not begun. @throws RunLogError */
export async function unfinishedOf(plan: ExperimentPlan): Promise<Required<Pick<EstimateRequest, 'runs' | 'from' | 'recorded'>>> {
  const before = await Promise.all(plan.runs.map(async ({ name }) => {
    const directory = path.join(plan.directory, name);
    return (await access(directory).then(() => true, () => false)) ? readRun(directory) : undefined;
  }));
  return {
    runs: plan.runs.filter((_, i) => before[i]?.status !== 'finished'),
    from: new Map(before.flatMap((run) => (run === undefined ? [] : [[run.name, savedStep(run)] as const]))),
    recorded: plan.runs.filter((_, i) => (before[i]?.checkpoints.length ?? 0) > 0).flatMap(({ config }) => stagesOf(config).map(({ id }) => id)),
  };
}

/** A resumed run goes on from its last checkpoint. */
const savedStep = ({ checkpoints }: Run): number => checkpoints.at(-1)?.step ?? 0;
