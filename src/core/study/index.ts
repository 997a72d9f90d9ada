/** All study templates, in the order of the paper. */
import { classification } from './templates/classification';
import { coverage } from './templates/coverage';
import { nonContrastive } from './templates/nonContrastive';
import { onPolicyData } from './templates/onPolicyData';
import { onlineOffline } from './templates/onlineOffline';
import { overOptimisation } from './templates/overOptimisation';
import { quality } from './templates/quality';
import { scaling } from './templates/scaling';
import { semiOnline } from './templates/semiOnline';
import { whenOnlinePays } from './templates/whenOnlinePays';
import type { StudyTemplate } from './types';

export const STUDIES: readonly StudyTemplate[] = [onlineOffline, coverage, quality, classification, nonContrastive, scaling, onPolicyData, semiOnline, overOptimisation, whenOnlinePays];

export { resultOf, type StudyResult } from './card';
export { DEFAULT_SEEDS, seedsUpTo } from './forms';
export { verdictHtml, VERDICT_WORDS } from './page';
export * from './types';
