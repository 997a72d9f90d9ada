/** A verdict card as one self-contained page: no script, no resource from elsewhere, every text escaped. */
import { htmlPage } from '../figures/htmlPage';
import { markup, tableMarkup, trusted, type Markup } from '../figures/markup';
import type { StudyFigure, Verdict, VerdictCard } from './types';

/** A sign and a word: nobody needs to see a colour. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = { supports: '✔ supports', against: '✖ against', undecided: '◌ undecided' };

export function verdictHtml(card: VerdictCard, figures: readonly StudyFigure[], version: string): string {
  const { title, source, finding, hypothesis, question, overall, rule, notes } = card;
  return htmlPage(`${title}: verdict`, markup`<p class="faint">Alignment Gap ${version}</p>
<h1>${title}</h1>
<p class="faint">Repeats ${source}</p>
<div class="verdict" role="note"><strong>${VERDICT_WORDS[overall.verdict]}</strong><p>${overall.because}</p></div>
<p><b>Question.</b> ${question}</p>
<p><b>Hypothesis.</b> ${hypothesis}</p>
<p><b>What the paper found.</b> ${finding}</p>
<h2>Claims</h2>
${claimsTable(card)}
${card.estimates.map(({ name, because }) => markup`<p><b>${name}.</b> ${because}</p>\n`)}
<p class="faint">${rule}</p>
<h2>Figures</h2>
${figures.length === 0 ? markup`<p>Nothing to draw yet.</p>` : markup`<div class="figures">${figures.map(({ title: name, svg, caption }) => markup`<figure><h3>${name}</h3>${trusted(svg)}<figcaption>${caption}</figcaption></figure>\n`)}</div>`}
<h2>Notes</h2><ul>${notes.map((note) => markup`<li>${note}</li>\n`)}</ul>
${runsSection(card)}`);
}

function claimsTable({ claims }: VerdictCard): Markup {
  const columns = ['Claim', 'Effect', 'Verdict', 'Because', 'What would change it'].map((title) => ({ title }));
  return tableMarkup('Claims', columns, claims.map(({ statement, measured, effect, verdict, because, wouldChange }) => [
    statement,
    markup`${effect?.text ?? '–'}<br><span class="faint">${measured}</span>`,
    VERDICT_WORDS[verdict], because, wouldChange,
  ]));
}

function runsSection({ runs, cost }: VerdictCard): Markup {
  return markup`<h2>Runs</h2>
<p>${cost.runs} runs, ${cost.gradientSteps} gradient steps, ${cost.trainingSeconds} s of training and evaluation.</p>
<details><summary>The runs that the card rests on</summary>
${tableMarkup('Runs', ['Run', 'Arm', 'Seed', 'Status'].map((title) => ({ title })), runs.map(({ id, arm, seed, status }) => [id, arm, seed ?? '–', status]))}</details>`;
}
