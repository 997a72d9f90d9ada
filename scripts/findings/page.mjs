/**
 * The text of docs/findings.md. Nothing here knows a result: all of it comes from the cards.
 * @typedef {{ value: number, low: number, high: number, unit: string, text: string }} Effect
 * @typedef {{ statement: string, measured: string, effect: Effect | null, verdict: string, because: string, wouldChange: string }} Claim
 * @typedef {{ name: string, because: string }} Estimated
 * @typedef {{ id: string, arm: string, seed: number | null, status: string }} CardRun
 * @typedef {{ file: string, title: string, caption: string }} Figure
 * @typedef {{ study: string, title: string, source: string, finding: string, hypothesis: string, question: string, rule: string,
 *   overall: { verdict: string, because: string }, claims: Claim[], estimates: Estimated[], runs: CardRun[], notes: string[],
 *   cost: { runs: number, gradientSteps: number, trainingSeconds: number }, figures: Figure[] }} Card
 */

const SIGNS = { supports: '✔ supports', against: '✖ against', undecided: '◌ undecided' };
/** @param {string} verdict */
const sign = (verdict) => SIGNS[/** @type {keyof typeof SIGNS} */ (verdict)] ?? verdict;
/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
/** @param {readonly string[]} cells */
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`;
/** @param {number} seconds */
const minutes = (seconds) => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);

/** @param {readonly CardRun[]} runs */
function seedsOf(runs) {
  const seeds = [...new Set(runs.flatMap(({ seed }) => (seed === null ? [] : [seed])))].sort((a, b) => a - b);
  return seeds.length === 0 ? 'no seed' : `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`;
}

/** @param {Card} card */
const command = ({ study }) => `\`npx alignment-gap study ${study}\``;
/** @param {Card} card */
const cost = ({ cost: { runs, trainingSeconds } }) => `${runs} runs, ${minutes(trainingSeconds)} of one core`;

/** @param {readonly Card[]} cards */
export function findingsPage(cards) {
  const all = cards.flatMap(({ claims }) => claims);
  const count = (/** @type {string} */ verdict) => all.filter((claim) => claim.verdict === verdict).length;
  return `${[
    '# Findings',
    '',
    'What this project’s own runs say to the findings of Tang et al. 2024 (arXiv 2405.08448) and of the work that followed, at the',
    'scale of policies of some ten thousand parameters on built-in tasks. Written by `npm run findings` from runs made here; no',
    'number is typed in, and a finding that does not come out stays in the table as such. How a study is made and how to read',
    'its card: [studies.md](studies.md).',
    '',
    `Of ${all.length} claims ${count('supports')} are supported, ${count('against')} are spoken against, and ${count('undecided')} are undecided.`,
    '',
    ...(cards[0] === undefined ? [] : [cards[0].rule, '']),
    '## All claims',
    '',
    row(['study', 'the claim', 'effect with its 95% interval', 'verdict', 'runs', 'command', 'cost']),
    row(['---', '---', '---', '---', '---', '---', '---']),
    ...cards.flatMap((card) => card.claims.map((claim) => row([`[${card.title}](#${anchor(card.title)})`, claim.statement, effectCell(claim), sign(claim.verdict), `${card.cost.runs}, ${seedsOf(card.runs)}`, command(card), cost(card)]))),
    '',
    ...cards.flatMap(section),
  ].join('\n').trimEnd()}\n`;
}

/** @param {Claim} claim */
const effectCell = ({ effect, measured }) => (effect === null ? '–' : `${effect.text} (${measured})`);

/** As GitHub makes them. @param {string} title */
const anchor = (title) => title.toLowerCase().replaceAll(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-');

/** @param {Card} card */
function section(card) {
  const { title, source, question, hypothesis, finding, overall, claims, estimates, figures, notes } = card;
  return [
    `## ${title}`,
    '',
    `**${sign(overall.verdict)}.** ${overall.because}`,
    '',
    `- **Question.** ${question}`,
    `- **Hypothesis.** ${hypothesis}`,
    `- **Found before** (${source}). ${finding}`,
    `- **Runs.** ${cost(card)}, ${seedsOf(card.runs)}; again with ${command(card)}.`,
    ...estimates.map(({ name, because }) => `- **${name}.** ${because}`),
    '',
    ...figures.flatMap((figure) => [`![${figure.title}](findings/${figure.file})`, '', `*${figure.title}.* ${figure.caption}`, '']),
    row(['claim', 'verdict', 'because', 'what would change it']),
    row(['---', '---', '---', '---']),
    ...claims.map(({ statement, verdict, because, wouldChange }) => row([statement, sign(verdict), because, wouldChange])),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ];
}
