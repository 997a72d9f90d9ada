/** All study templates, in the order of the paper. */
import { onlineOffline } from './templates/onlineOffline';
import type { StudyTemplate } from './types';

export const STUDIES: readonly StudyTemplate[] = [onlineOffline];

export { resultOf, type StudyResult } from './card';
export { DEFAULT_SEEDS, seedsUpTo } from './forms';
export { effectText } from './judge';
export { verdictHtml, VERDICT_WORDS } from './page';
export * from './types';
