/** The card of a study: what its template found, in the frame that all cards share. */
import type { Run } from '../run/types';
import { overall, RULE } from './judge';
import type { CardRun, StudyCost, StudyFigure, StudyForm, StudyRuns, StudyTemplate, VerdictCard } from './types';

export interface StudyResult {
  readonly card: VerdictCard;
  readonly figures: readonly StudyFigure[];
}

export function resultOf(template: StudyTemplate, runs: StudyRuns, form: StudyForm): StudyResult {
  const { claims, figures, estimates = [], notes } = template.analyse(runs, form);
  const all = [...runs.values()].flat();
  const { name, title, source, finding, hypothesis, question } = template;
  return {
    card: {
      schema: 'alignment-gap/verdict@1',
      study: name, title, source, finding, hypothesis, question, form,
      rule: RULE,
      overall: overall(claims),
      claims,
      estimates,
      runs: all.map(cardRun),
      notes: [...notes, ...commonNotes(all, form)],
      cost: costOf(all),
    },
    figures,
  };
}

const cardRun = ({ id, arm, seed, status }: Run): CardRun => ({ id, arm, seed: seed ?? null, status });

function commonNotes(runs: readonly Run[], form: StudyForm): string[] {
  const unfinished = runs.filter(({ status }) => status !== 'finished').length;
  const seeds = new Set(runs.flatMap(({ seed }) => seed ?? [])).size;
  const draws = new Set(runs.map(({ config }) => (config.stages as { readonly dataSeed?: number } | undefined)?.dataSeed));
  return [
    ...(form === 'full' ? [] : [`This is the ${form} form: smaller policies, fewer steps and seeds. It shows that everything works; findings come from the full form.`]),
    ...(unfinished > 0 ? [`${unfinished} of ${runs.length} runs ${unfinished === 1 ? 'is' : 'are'} not finished and ${unfinished === 1 ? 'is' : 'are'} left out.`] : []),
    ...(seeds > 0 && seeds < 5 ? [`${seeds} ${seeds === 1 ? 'seed' : 'seeds'}: five are the least for a finding.`] : []),
    ...(runs.length === 0 ? [] : [draws.size > 1 ? 'Each seed draws its own data, reference policy, proxy and opponent, and arms are paired by seed: the intervals are Student’s over seeds.' : 'All runs of a task share one draw of its stages (data, reference policy, proxy, opponent): the intervals know nothing of how those might have come out.']),
  ];
}

function costOf(runs: readonly Run[]): StudyCost {
  const last = runs.map(({ checkpoints }) => checkpoints.at(-1));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    runs: runs.length,
    gradientSteps: sum(last.map((checkpoint) => checkpoint?.step ?? 0)),
    trainingSeconds: Math.round(sum(last.map((checkpoint) => checkpoint?.metrics.wallTime?.value ?? 0))),
  };
}
