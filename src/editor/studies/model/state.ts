/** A study that lies in a runs folder, and how its verdict is put into words. Plain data, no vscode. */
import type { VerdictFile } from '../../../core/protocol/verdict';
import type { StudyForm, Verdict, VerdictCard } from '../../../core/study/types';

export const VERDICT_FILE = 'verdict.json';
/** The same card as a page of its own. */
export const VERDICT_PAGE = 'verdict.html';

export interface StudyState {
  /** Absolute path of the folder with its verdict. */
  readonly path: string;
  /** The folder's name. */
  readonly name: string;
  readonly card?: VerdictFile;
  /** Why the file could not be read. */
  readonly problem?: string;
}

/** A study of the full form has a folder of its plain name, for its findings are the ones that count. */
export const studyFolder = (study: string, form: StudyForm): string => (form === 'full' ? study : `${study}-${form}`);

/** Full form: the title alone. */
export const titleOf = ({ title, form }: Pick<VerdictCard, 'title' | 'form'>): string => (form === 'full' ? title : `${title} (${form})`);

export const VERDICT_TEXT: Readonly<Record<Verdict, string>> = { supports: 'supports', against: 'against', undecided: 'undecided' };

/** `supports · 6 of 8 claims, 1 against`; the word first, for a narrow side bar cuts the end off. */
export function verdictDescription({ overall, claims }: Pick<VerdictCard, 'overall' | 'claims'>): string {
  const count = (verdict: Verdict): number => claims.filter((claim) => claim.verdict === verdict).length;
  const against = count('against');
  return `${VERDICT_TEXT[overall.verdict]} · ${count('supports')} of ${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}${against === 0 ? '' : `, ${against} against`}`;
}

/** For the message at the end: the verdict, and why. */
export const verdictSentence = (card: VerdictCard): string => `Study ${titleOf(card)}: ${VERDICT_TEXT[card.overall.verdict]} – ${card.overall.because}`;
