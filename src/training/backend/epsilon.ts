/** What keeps a row of zeros finite when it is normalised; the same on every backend. */

/** RMSNorm. */
export const RMS_EPSILON = 1e-6;
/** LayerNorm, as in GPT-2. */
export const LAYER_EPSILON = 1e-5;
