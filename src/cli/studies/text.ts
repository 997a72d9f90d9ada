/** A card, and the list of studies, on a terminal. */
import { VERDICT_WORDS, type StudyTemplate, type VerdictCard } from '../../core/study';
import type { Colors } from '../colors';
import { oneLine, table } from '../render/table';

export function cardText(card: VerdictCard, page: string | null, colors: Colors): string {
  const rows = card.claims.map(({ statement, effect, verdict }) => [statement, effect?.text ?? '–', VERDICT_WORDS[verdict]]);
  return [
    `\n${colors.bold(`${card.title}: ${VERDICT_WORDS[card.overall.verdict]}`)}\n`,
    `${oneLine(card.hypothesis)}\n${oneLine(card.overall.because)}\n\n`,
    table([{ title: 'CLAIM' }, { title: 'EFFECT', align: 'right' }, { title: 'VERDICT' }], rows),
    ...card.estimates.map(({ name, because }) => `\n${oneLine(name)}: ${oneLine(because)}\n`),
    ...(card.notes.length === 0 ? [] : ['\nNotes:\n', ...card.notes.map((note) => `  - ${oneLine(note)}\n`)]),
    ...(page === null ? [] : [`\nCard: ${page}\n`]),
  ].join('');
}

export const listText = (studies: readonly StudyTemplate[]): string =>
  table([{ title: 'STUDY' }, { title: 'REPEATS' }, { title: 'ASKS' }], studies.map(({ name, source, question }) => [name, source, question]));
