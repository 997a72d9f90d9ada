/** `jsonSchema.ts` is left out on purpose: it would bring its generator into every bundle. */
export { checkpointSteps, expandExperiment, type PlannedRun } from './expand';
export { overrideExperiment, type ExperimentOverrides } from './override';
export { parseExperiment, type ParsedExperiment, type Problem } from './parse';
export { POLICY_SHAPES, resolvePolicy } from './policy';
export { BACKENDS, type BackendName, type RunConfig } from './config';
export type { Experiment, ExperimentFile } from './schema';
