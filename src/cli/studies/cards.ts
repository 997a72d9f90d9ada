/** Writes what a study found: `<root>/<study>/verdict.json`, `verdict.html` and its figures. */
import path from 'node:path';
import type { Run } from '../../core/run/types';
import { resultOf, verdictHtml, type VerdictCard } from '../../core/study';
import { VERSION } from '../../launch';
import { writeFileAtomic } from '../../runlog';
import { describeError } from '../errors';
import type { Io } from '../io';
import type { StudyWork } from './work';

export interface KeptCard {
  readonly card: VerdictCard;
  /** Of the page; null where it could not be written. */
  readonly page: string | null;
}

export async function keepCards({ templates, form, seeds, root }: StudyWork, runs: ReadonlyMap<string, readonly Run[]>, io: Io): Promise<KeptCard[]> {
  const kept: KeptCard[] = [];
  for (const template of templates) {
    // The bootstrap of many claims takes its time.
    io.err(`Judging ${template.title} …\n`);
    const names = new Set(template.experiments(form, seeds).map(({ name }) => name));
    const { card, figures } = resultOf(template, new Map([...runs].filter(([name]) => names.has(name))), form);
    const folder = path.join(path.resolve(root), form === 'full' ? template.name : `${template.name}-${form}`);
    const page = path.join(folder, 'verdict.html');
    try {
      for (const { id, svg } of figures) await writeFileAtomic(path.join(folder, `${id}.svg`), `${svg}\n`);
      const list = figures.map(({ id, title, caption }) => ({ file: `${id}.svg`, title, caption }));
      await writeFileAtomic(path.join(folder, 'verdict.json'), `${JSON.stringify({ ...card, figures: list }, null, 2)}\n`);
      await writeFileAtomic(page, verdictHtml(card, figures, VERSION));
      kept.push({ card, page });
    } catch (error) {
      // Numbers that are computed are shown even where they cannot be kept.
      io.err(describeError(error));
      kept.push({ card, page: null });
    }
  }
  return kept;
}
