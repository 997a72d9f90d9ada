export { defaultJobs, runExperiment, type LaunchOptions, type LaunchResult } from './session';
export { openPlan, planExperiment, type ExperimentPlan, type PlanRequest } from './plan';
export { resumePlan, resumeRun } from './resume';
export { startDetached, type DetachedOptions } from './detached';
export { stopRun, type StopResult } from './control';
export { ExperimentFileError, LaunchError } from './errors';
export type { EndResult, LaunchEvent } from './events';
export { VERSION } from './version';
