/** A verdict as shape and word: nobody needs to see a colour. */
import { StatusIcon } from '../components/Icon';
import type { Verdict } from '../../src/core/study/types';

const MARKS = { supports: 'check', against: 'cross', undecided: 'question' } as const;

export const VerdictMark = ({ verdict }: { readonly verdict: Verdict }) => (
  <span class={`mark mark-${verdict}`}><StatusIcon icon={MARKS[verdict]} />{verdict}</span>
);
