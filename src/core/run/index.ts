export { collectRun, toCheckpoint, type CollectInput } from './collect';
export { listDocument, runDocument } from './document';
export { estimateOf } from './estimate';
export { readEvent, type ReadEvent } from './readEvent';
export * from './events';
export * from './metrics';
export * from './types';
