/** Other trainers' logs as canonical runs. The one entry point: it imports no `vscode` and can be bundled into a worker. */
export { detect, discover, type Discovery } from './discover';
export { ImportError } from './errors';
export { follow, importLog, readLogs, type Follower, type LogsRead } from './follow';
export { READABLE_SOURCES } from './registry';
export type { Detection, ForeignSource, ImportOptions, ImportProgress, Importer, LogReader, Mapping, RawLog, RawRow } from './contract';
