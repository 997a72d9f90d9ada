/** What the files of a run directory, an experiment and a root are called (docs/architecture.md). */
import path from 'node:path';

/** Where runs go unless told otherwise, relative to the workspace or the working directory. */
export const DEFAULT_ROOT = 'alignment-runs';

export const RUN_FILE = 'run.json';
export const METRICS_FILE = 'metrics.jsonl';
export const SAMPLES_FILE = 'samples.jsonl';
export const CHECKPOINTS_FOLDER = 'checkpoints';
/** What the training process of a run printed. */
export const TRAINER_LOG = 'trainer.log';

export const EXPERIMENT_FILE = 'experiment.json';
/** Progress events of the shared stages. */
export const STAGES_FILE = 'stages.jsonl';
/** What the processes that computed shared stages printed. */
export const STAGES_LOG = 'stages.log';

/** Shared stages by digest, below the root. */
export const ARTEFACTS_FOLDER = '.artifacts';
/** In a stage's folder, which appears whole or not at all: what it is, and what it measured. */
export const ARTEFACT_FILE = 'artefact.json';

export const experimentDirectoryOf = (runDirectory: string): string => path.dirname(path.resolve(runDirectory));
export const artefactsDirectoryOf = (runDirectory: string): string =>
  path.join(path.dirname(experimentDirectoryOf(runDirectory)), ARTEFACTS_FOLDER);
