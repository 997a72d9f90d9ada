/**
 * Several experiments in one queue over the cores: while the stages of one are computed, the runs of another use the other
 * core, and no experiment waits for the last run of the one before it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { LaunchEvent } from './events';
import type { ExperimentPlan } from './plan';
import { runQueue, type Job, type JobResult } from './queue';
import { defaultJobs, isRunJob, openSession, type LaunchOptions, type OpenSession } from './session';

export interface PlansOptions extends Omit<LaunchOptions, 'onEvent'> {
  readonly onEvent?: (experiment: string, event: LaunchEvent) => void;
}

interface Opened {
  readonly plan: ExperimentPlan;
  readonly session: OpenSession;
}

/**
 * Every experiment names this process as its orchestrator until its own last job has ended: the tree shows its runs as waiting
 * or running, and stopping one of them stops the whole study.
 * @throws LaunchError when another process is carrying one of the experiments out
 */
export async function runPlans(plans: readonly ExperimentPlan[], options: PlansOptions): Promise<void> {
  const opened: Opened[] = [];
  const closed = new Set<Opened>();
  const close = async (one: Opened): Promise<void> => {
    if (closed.has(one)) return;
    closed.add(one);
    await one.session.close();
  };
  try {
    // One after another: each writes itself into its directory, and a refusal must leave none behind.
    for (const plan of plans) opened.push({ plan, session: await openSession(plan, { ...options, onEvent: (event) => options.onEvent?.(plan.name, event) }) });
    const left = new Map(opened.map((one) => [one, one.session.jobs.length]));
    const runs = opened.reduce((sum, { session }) => sum + session.todo.length, 0);
    await runQueue(opened.flatMap((one, i) => jobsOf(one, opened.slice(0, i))), {
      limit: options.jobs ?? defaultJobs(runs),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onSettled: async (settled) => {
        const { one, own } = ownResult(opened, settled);
        await one.session.onSettled(own);
        const rest = (left.get(one) ?? 0) - 1;
        left.set(one, rest);
        if (rest === 0) await close(one);
      },
    });
  } finally {
    for (const one of opened) await close(one);
  }
}

/** No experiment's name holds a slash. */
const idIn = (plan: ExperimentPlan, id: string): string => `${plan.name}/${id}`;

/** Its jobs under ids of the queue; a stage waits for the same stage of an experiment before it, which may leave it nothing to do. */
function jobsOf({ plan, session }: Opened, before: readonly Opened[]): Job[] {
  const like = before.filter((other) => sharesStages(plan, other.plan));
  const sameStage = (id: string): string[] =>
    isRunJob(id) ? [] : like.filter(({ session: other }) => other.jobs.some((job) => job.id === id)).slice(-1).map((other) => idIn(other.plan, id));
  return session.jobs.map(({ id, needs, start }) => ({ id: idIn(plan, id), needs: [...needs.map((need) => idIn(plan, need)), ...sameStage(id)], start }));
}

/** At least the data and the reference policy: a second process that computes the same would only wait for the first, in a place of the queue. */
function sharesStages(a: ExperimentPlan, b: ExperimentPlan): boolean {
  const [x, y] = [a, b].map(({ runs }) => runs[0]?.config);
  return x !== undefined && y !== undefined && isDeepStrictEqual([x.task, x.policy, x.stages.dataSeed, x.backend], [y.task, y.policy, y.stages.dataSeed, y.backend]);
}

function ownResult(opened: readonly Opened[], settled: JobResult): { readonly one: Opened; readonly own: JobResult } {
  const slash = settled.id.indexOf('/');
  const one = opened.find(({ plan }) => plan.name === settled.id.slice(0, slash));
  if (one === undefined) throw new Error(`the queue settled ${settled.id}, which it was not given`);
  const strip = (id: string): string => id.slice(id.indexOf('/') + 1);
  const id = strip(settled.id);
  return { one, own: settled.result === 'blocked' ? { ...settled, id, by: strip(settled.by) } : { ...settled, id } };
}
