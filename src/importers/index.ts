/** Other trainers' logs as canonical runs. The one entry point: it imports no `vscode` and can be bundled into a worker. */
export { detect } from './discover';
export { ImportError } from './errors';
export { follow, importLog, readLogs, type Follower, type LogsRead } from './follow';
export { proposeMapping } from './propose';
export { READABLE_SOURCES } from './registry';
export type { Detection, ForeignSource, ImportOptions, ImportProgress, Mapping } from './contract';
