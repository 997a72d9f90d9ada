/** docs/findings.md from cards of made-up runs: every claim is there, whatever its verdict, and nothing else knows a number. */
import { describe, expect, it } from 'vitest';
import { findingsPage } from '../../../scripts/findings/page.mjs';
import { resultOf, STUDIES } from '../../../src/core/study';
import { madeUpStudy } from '../core/study/support';

type Cards = Parameters<typeof findingsPage>[0];
const cards = STUDIES.slice(0, 3).map((study) => {
  const { card, figures } = resultOf(study, madeUpStudy(study, { rise: (_, arm) => (arm === 'online' ? 0.1 : 0.3), seeds: 5 }), 'smoke');
  return { ...card, figures: figures.map(({ id, title, caption }) => ({ file: `${id}.svg`, title, caption })) };
}) as unknown as Cards;
const page = findingsPage(cards);
const rows = page.split('\n').filter((line) => line.startsWith('| ['));

describe('the page of findings', () => {
  it('has a row for every claim, those against the paper too', () => {
    expect(rows).toHaveLength(cards.flatMap(({ claims }) => claims).length);
    expect(rows.filter((line) => line.includes('✖ against')).length).toBeGreaterThan(0);
    expect(page).toContain(`Of ${rows.length} claims`);
  });

  it('says of each claim the effect with its interval, the runs, the command and the cost', () => {
    expect(rows[0]).toMatch(/\| On summarisation online reaches the higher peak\. \| [−+]\d+\.\d points \[.*\] \(online − offline, peak win rate\) \| ✖ against \| 80, 5 seeds \| `npx alignment-gap study online-offline` \| 80 runs, \d+ min of one core \|$/);
  });

  it('has a section a study, with its pictures, reached by the table’s links', () => {
    for (const { title, figures } of cards) {
      expect(page).toContain(`## ${title}\n`);
      expect(page).toContain(`](#${title.toLowerCase().replaceAll(' ', '-')})`);
      for (const { file } of figures) expect(page).toContain(`](findings/${file})`);
    }
  });

  it('is the same for the same cards, and keeps a table’s bars out of its cells', () => {
    expect(findingsPage(cards)).toBe(page);
    const odd = cards.map((card) => ({ ...card, claims: card.claims.map((claim) => ({ ...claim, statement: 'a | b' })) }));
    expect(findingsPage(odd)).toContain('a \\| b');
    expect(findingsPage([])).toContain('Of 0 claims');
  });
});
