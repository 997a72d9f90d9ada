/** Other trainers' logs as canonical runs. The one entry point: it imports no `vscode` and can be bundled into a worker. */
export { detect, discover, type Discovery } from './discover';
export { ImportError } from './errors';
export { follow, importLog, type Follower } from './follow';
export { proposeMapping, type ProposedMapping } from './propose';
export { mappingFilesOf, parseMapping } from './mapping';
export { FOREIGN_SOURCES } from './contract';
export type { Detection, ForeignSource, ImportOptions, ImportProgress, Importer, LogReader, Mapping, RawLog, RawRow } from './contract';
