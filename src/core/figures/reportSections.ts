/** The parts of the report, each from data to markup. */
import { stageId } from '../experiment/stages';
import { JUDGE_WARNING } from '../run/judge';
import type { ArmReport, GapReport } from '../analysis/report';
import type { SampleRecord, StageEvent } from '../run/events';
import { METRICS, METRIC_NAMES, type Estimate } from '../run/metrics';
import type { Run } from '../run/types';
import { DASH, pointsText, signed, withInterval } from './amounts';
import { markerSvg } from './chart';
import type { Figure } from './figures';
import { fitLines } from './fits';
import { armNames } from './picture';
import { markup, tableMarkup, trusted, type Markup } from './markup';

export function armsSection(report: GapReport, runs: readonly Run[]): Markup {
  const { arms, gap, budget } = report;
  const [within, at] = budget === null ? ['Best within budget', 'At budget'] : [`Best within ${budget} nats`, `At ${budget} nats`];
  const order = armNames(runs);
  const sorted = [...arms].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const rows = sorted.map((arm: ArmReport) => [
    markup`${trusted(markerSvg(Math.max(0, order.indexOf(arm.name))))}${arm.name}`,
    settingsOf(runs.filter((run) => arm.runs.includes(run.id))),
    arm.runs.length,
    arm.peak === null ? DASH : withInterval(arm.peak.winRate, arm.peak),
    arm.peak === null ? DASH : `${arm.peak.kl.toFixed(2)} nats`,
    arm.withinBudget === null ? DASH : withInterval(arm.withinBudget.winRate, arm.withinBudget),
    arm.atBudget === null ? DASH : withInterval(arm.atBudget.winRate, arm.atBudget),
    arm.efficiency === null ? DASH : `${signed(arm.efficiency)} points`,
  ]);
  const gapRows = gap === null ? [] : [['Peak against peak', pointsText(gap.peak)], ['Mean at matched KL', pointsText(gap.mean)], [within, pointsText(gap.withinBudget)], [at, pointsText(gap.atBudget)]];
  return markup`<h2>Arms</h2>
${tableMarkup(
    'Arms',
    [{ title: 'Arm' }, { title: 'Settings' }, ...['Runs', 'Peak win rate', 'KL there', within, at, 'Gain per nat'].map((title) => ({ title, isNumber: true }))],
    rows,
  )}
${gap === null ? undefined : markup`<h3>Gap: ${gap.between[0]} − ${gap.between[1]}</h3>${tableMarkup('Gap', [{ title: 'Where' }, { title: 'Win rate', isNumber: true }], gapRows)}`}
${fitsTable(report)}`;
}

function fitsTable(report: GapReport): Markup | undefined {
  const lines = fitLines(report);
  return lines.length === 0 ? undefined : markup`<h3>Fits</h3>${tableMarkup('Fits', [{ title: 'What' }, { title: 'What the fitted curves say' }], lines.map(({ label, text }) => [label, text]))}`;
}

function settingsOf(runs: readonly Run[]): string {
  const list = (values: readonly unknown[]) => [...new Set(values)].join(', ');
  return `${list(runs.map((run) => `${run.sampling} ${run.objective}`))}, β ${list(runs.map((run) => run.beta ?? '?'))}, seeds ${list(runs.map((run) => run.seed ?? '?'))}`;
}

export const figuresSection = (figures: readonly Figure[]): Markup =>
  figures.length === 0
    ? markup`<h2>Figures</h2><p>Nothing to draw yet: no checkpoint has both KL and win rate.</p>`
    : markup`<h2>Figures</h2><div class="figures">
${figures.map(({ title, caption, svg }) => markup`<figure><h3>${title}</h3>${trusted(svg)}<figcaption>${caption}</figcaption></figure>\n`)}</div>`;

export function notesSection({ notes, resamples }: GapReport, runs: readonly Run[]): Markup {
  const warnings = runs.flatMap((run) => [
    ...(run.failure === undefined ? [] : [`${run.name} failed: ${run.failure}`]),
    ...(run.status === 'finished' || run.status === 'failed' ? [] : [`${run.name} is ${run.status}: its numbers are not final.`]),
    // What is said of the shared judges stands among the notes, once.
    ...run.warnings.filter(({ code }) => code !== JUDGE_WARNING).map(({ message, at }) => `${run.name}: ${message}${at === undefined ? '' : ` (${at})`}`),
  ]);
  const lines = [...notes, `Intervals are 95%: Wilson for a win rate, bootstrap with ${resamples} resamples over seeds and prompts for fits and gaps.`, ...warnings];
  return markup`<h2>Notes and warnings</h2><ul>${lines.map((line) => markup`<li>${line}</li>\n`)}</ul>`;
}

export function stagesSection(stages: readonly StageEvent[]): Markup {
  if (stages.length === 0) return markup``;
  const rows = stages.map(({ kind, part, state, digest, facts = {} }) => [
    stageId({ kind, ...(part === undefined ? {} : { part }) }),
    // Each run that starts finds the stage again and says so: computed and found are one to the reader.
    state === 'done' || state === 'cached' ? 'ready' : state,
    factsText(facts) || DASH,
    markup`<code>${digest}</code>`,
  ]);
  return markup`<h2>Shared stages</h2><p class="faint">What every run shares: reference policy (SFT), golden and proxy preference models with their held-out accuracy, and the golden policy that win rates are measured against.</p>
${tableMarkup('Shared stages', [{ title: 'Stage' }, { title: 'State' }, { title: 'What it measured' }, { title: 'Digest' }], rows)}`;
}

/** `heldOutAccuracy: 0.87` as `held out accuracy 0.87`. */
const factsText = (facts: Readonly<Record<string, number | string>>) =>
  Object.entries(facts)
    .map(([name, value]) => `${name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()} ${typeof value === 'number' ? String(Number(value.toPrecision(4))) : value}`)
    .join(', ');

export function runSection(run: Run, samples: readonly SampleRecord[]): Markup {
  const names = METRIC_NAMES.filter((name) => run.checkpoints.some(({ metrics }) => metrics[name] !== undefined));
  const columns = ['Step', ...names.map((name) => METRICS[name].label)].map((title) => ({ title, isNumber: true }));
  const rows = run.checkpoints.map(({ step, metrics }) => [step, ...names.map((name) => estimateText(metrics[name]))]);
  return markup`<details><summary>${run.name}: ${run.status}, ${run.checkpoints.length} checkpoints</summary>
${run.checkpoints.length === 0 ? markup`<p>No checkpoint has been written.</p>` : tableMarkup(`Checkpoints of ${run.name}`, columns, rows)}
${samples.length === 0 ? undefined : samplesTable(run.name, samples)}
<h3>Configuration</h3><pre>${jsonText(run.config)}</pre>
<h3>Environment</h3><pre>${jsonText(run.environment)}</pre></details>\n`;
}

/** Indented JSON with lists of numbers on one line. */
const jsonText = (value: unknown) => JSON.stringify(value, null, 2).replace(/\[[\s\d.,eE+-]+\]/g, (list) => list.replace(/\s+/g, ' '));

function samplesTable(run: string, samples: readonly SampleRecord[]): Markup {
  const columns = ['Prompt', 'Completion', 'Golden policy', 'Golden judge', 'Proxy judge'].map((title) => ({ title }));
  return markup`<h3>Completions at step ${samples[0]?.step}</h3>
${tableMarkup(`Completions of ${run}`, columns, samples.map(({ prompt, completion, opponent, golden, proxy }) => [prompt, completion, opponent, golden, proxy]))}`;
}

function estimateText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return DASH;
  const { value, unit, low, high } = estimate;
  const [scale, digits, sign] = unit === 'fraction' ? ([100, 1, '%'] as const) : ([1, unit === 'count' || unit === 'tokens' ? 0 : 3, ''] as const);
  const text = `${(scale * value).toFixed(digits)}${sign}`;
  return low === undefined || high === undefined ? text : `${text} ±${((scale * (high - low)) / 2).toFixed(digits)}`;
}
