/** What transformers' Trainer writes (5.18, and older versions that lack some fields), as far as it is read. */

export interface TrainerState {
  /** Flat objects: metrics with `step` (optimizer updates) and `epoch`; no wall clock. */
  readonly logHistory: readonly Readonly<Record<string, unknown>>[];
  readonly globalStep?: number;
  readonly maxSteps?: number;
}

/** `README.md`: the front matter, and what the Trainer's own cards list below it. */
export interface ModelCard {
  readonly tags: readonly string[];
  readonly baseModel?: string;
  readonly modelName?: string;
  /** "The following hyperparameters were used during training". */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** "Framework versions". */
  readonly versions: Readonly<Record<string, string>>;
  /** axolotl puts its whole configuration into the card. */
  readonly axolotl?: Readonly<Record<string, unknown>>;
}

export interface TrainerFolder {
  /** Absolute path of the output directory, or of the state file alone. */
  readonly path: string;
  /** Relative to the path. */
  readonly stateFile: string;
  readonly state: TrainerState;
  readonly modifiedAt: number;
  readonly card?: ModelCard;
  /** The model below an adapter. */
  readonly adapterBase?: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of all files that were read. */
  readonly files: readonly string[];
  /** Seconds since the epoch, where an event file's name says it. */
  readonly begun?: number;
  /** Steps of the saved checkpoints. */
  readonly checkpoints: readonly number[];
}
