export { toRun } from './toRun';
export { withoutSecrets } from './secrets';
export { RowStore } from './rowStore';
export { isFresh } from './status';
