export { paceOf, wasBusy, type Pace, type StageDigests, type StudyCosts } from './costs';
export { COMPARE, type BenchAnswer, type BenchRequest, type MeasuredBackend, type Speeds } from './messages';
export { estimateStudy, type EstimatedRun, type EstimatedStage, type StudyEstimate, type StudyWork } from './study';
export { longEstimate, roughTime, shortEstimate } from './words';
export { runCost, stageCost, type JobCost } from './work';
