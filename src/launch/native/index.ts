export { InstallCancelled, InstallError } from './errors';
export type { InstallEvent, InstallStep, Report } from './events';
export { installEngine, type Installed, type InstallRequest } from './install';
export { nativeStatus, removeEngine, type EngineStatus } from './status';
export { elsewhereText, ENGINE_WORDS, installedText, slowerText, trialText, usageText } from './words';
