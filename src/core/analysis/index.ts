export { DEFAULT_IGNORED, diffRuns, type DiffOptions } from './diff';
export { diffDocument, type FieldDiff, type MatchedDelta, type OutcomeDiff, type RunDiff } from './diffTypes';
export { performanceGap, type GapOptions } from './gap';
export { gapDocument, type ArmReport, type CurvePoint, type FrontierPoint, type GapReport, type GapSummary, type MatchedGap, type Valued } from './report';
