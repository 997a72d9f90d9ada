/** What several experiments will take together, stages that they share counted once. */
import { estimateStudy, type StudyEstimate, type StudyWork } from '../core/estimate';
import type { RunConfig } from '../core/experiment/config';
import type { StageKind } from '../core/run/events';
import path from 'node:path';
import { measureStudy, type BenchOptions, type MeasuredStudy } from './bench';
import { keepCalibration, readCalibration } from './calibration';
import { unfinishedOf, workOf } from './estimate';
import type { ExperimentPlan } from './plan';

export interface PlansEstimate {
  readonly estimate: StudyEstimate;
  /** Runs that are finished already and cost nothing. */
  readonly finished: number;
}

/** About how long each kind of step is repeated where nothing was measured before, s. */
const SECONDS = 0.2;

/**
 * By what was measured on this machine before, and where a size of policy never was, by measuring it now: seconds. Names in
 * the estimate are `<experiment>/<stage or run>`. Undefined where nothing is left to do.
 * @throws LaunchError where nothing can be measured
 */
export async function estimatePlans(plans: readonly ExperimentPlan[], jobs: number, options: MeasureOptions): Promise<PlansEstimate | undefined> {
  const estimated = await new Measurements(options).estimate(plans, jobs);
  return estimated === 'unknown' ? undefined : estimated;
}

export interface MeasureOptions extends Omit<BenchOptions, 'seconds'> {
  /** Takes only what was measured before. */
  readonly knownOnly?: boolean;
}

/** What steps cost here, gathered over several estimates: what was measured for one serves the next. */
export class Measurements {
  private readonly known = new Map<string, MeasuredStudy>();

  constructor(private readonly options: MeasureOptions) {}

  /** Undefined where nothing is left to do; 'unknown' only with `knownOnly`. @throws LaunchError where nothing can be measured */
  async estimate(plans: readonly ExperimentPlan[], jobs: number): Promise<PlansEstimate | 'unknown' | undefined> {
    const seen = new Set<string>();
    const works: StudyWork[] = [];
    let finished = 0;
    for (const plan of plans) {
      const { runs, from, recorded } = await unfinishedOf(plan);
      finished += plan.runs.length - runs.length;
      const config = runs[0]?.config;
      if (config === undefined) continue;
      const measured = await this.costsOf(config, jobs);
      if (measured === undefined) return 'unknown';
      const work = await workOf({ runs, from, recorded, jobs, root: path.dirname(plan.directory), measured });
      if (work !== undefined) works.push(named(plan.name, sharedOnce(work, config, seen)));
    }
    const [first] = works;
    if (first === undefined) return undefined;
    const { overhead, pace } = first;
    const estimate = estimateStudy({ stages: works.flatMap(({ stages }) => stages), runs: works.flatMap(({ runs }) => runs), jobs, pace, overhead });
    return { estimate, finished };
  }

  /** A step costs what the policy's size makes it cost: experiments that differ elsewhere are judged by each other's measurement. */
  private async costsOf(config: RunConfig, jobs: number): Promise<MeasuredStudy | undefined> {
    const { known, options } = this;
    const exact = await readCalibration(config, options.trainerPath);
    const like = JSON.stringify([config.policy, config.batchSize, config.evaluation, typeof config.task === 'string', config.backend]);
    const borrowed = known.get(like);
    if (exact === undefined && borrowed !== undefined) return { ...borrowed, digests: {} };
    if (exact === undefined && options.knownOnly === true) return undefined;
    const measured = exact ?? (await measureStudy(config, jobs, { ...options, seconds: SECONDS }));
    // Where it cannot be kept it is measured again the next time.
    if (exact === undefined) await keepCalibration(config, options.trainerPath, measured).catch(() => undefined);
    known.set(like, measured);
    return measured;
  }
}

/** The stages that no experiment before had; the others only have to be found. */
function sharedOnce(work: StudyWork, { task, policy, stages, batchSize, backend }: RunConfig, seen: Set<string>): StudyWork {
  const early: readonly string[] = ['data', 'sft', 'golden', 'relabelled'] satisfies StageKind[];
  const { dataSeed, pairs, pretrainingResponses, pretrainingSteps, sftSteps, goldenSteps } = stages;
  const shape = (name: string): unknown => (early.includes(name.split(' ')[0] ?? name) ? { dataSeed, pairs, pretrainingResponses, pretrainingSteps, sftSteps, goldenSteps } : { stages, batchSize });
  return {
    ...work,
    stages: work.stages.map((stage) => {
      const key = JSON.stringify([stage.name, task, policy, backend, shape(stage.name)]);
      if (!seen.has(key)) {
        seen.add(key);
        return stage;
      }
      return { ...stage, isThere: true, seconds: 0, steps: 0, stepSeconds: 0 };
    }),
  };
}

function named(experiment: string, work: StudyWork): StudyWork {
  const within = (name: string): string => `${experiment}/${name}`;
  return {
    ...work,
    stages: work.stages.map((stage) => ({ ...stage, name: within(stage.name), needs: stage.needs.map(within) })),
    runs: work.runs.map((run) => ({ ...run, name: within(run.name), needs: run.needs.map(within) })),
  };
}
