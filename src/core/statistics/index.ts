export { bootstrap, bootstrapMean, DEFAULT_RESAMPLES, type Bootstrapped, type BootstrapOptions } from './bootstrap';
export { spearman } from './correlation';
export { effectiveCount, normalInterval, wilson, Z95, type Interval } from './intervals';
export { isotonic, unimodal, type Unimodal } from './isotonic';
export { leastSquares } from './leastSquares';
export { holm } from './multiplicity';
export { percentileInterval, tQuantile95 } from './quantiles';
