export { DEFAULT_IGNORED, diffRuns, type DiffOptions } from './diff';
export { diffDocument, type FieldDiff, type MatchedDelta, type OutcomeDiff, type RunDiff } from './diffTypes';
export { performanceGap, type GapOptions } from './gap';
export { gapDocument, type ArmReport, type CurvePoint, type FrontierPoint, type GapReport, type GapSummary, type MatchedGap, type Valued } from './report';
export { budgetUsage, type BudgetPoint, type BudgetUsage } from './budget';
export { classificationVersusGeneration, type ClassificationPoint, type ClassificationVersusGeneration, type RankCorrelation } from './classification';
export { diffFields, flatten } from './flatten';
export { overOptimisation, type OverOptimisation, type ProxyGap } from './overoptimisation';
export { seedGroups, type GroupCheckpoint, type GroupValue, type SeedGroup } from './seedGroups';
