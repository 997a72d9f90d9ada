/** What stages and runs do that no experiment file changes: training does it, an estimate counts it. */

/** Training pairs looked at for the train accuracy at each checkpoint; the paper uses 256 (App. E). */
export const TRAIN_PAIRS_EVALUATED = 256;
/** Looks at a preference model while it learns: rarely enough to cost little, often enough to catch the plateau. */
export const VALIDATIONS = 12;
/** Share of a preference model's pairs on which nothing is trained and by which its best step is chosen. */
export const VALIDATION_SHARE = { golden: 0.1, proxy: 0.05 } as const;
