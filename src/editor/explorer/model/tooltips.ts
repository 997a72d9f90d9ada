/** Tooltips as Markdown, made only for the row that is pointed at. */
import { METRIC_NAMES } from '../../../core/run/metrics';
import type { Checkpoint, Run } from '../../../core/run/types';
import { stageLabel } from '../../runs/model/stages';
import { experimentStatus, type ExperimentState } from '../../runs/model/state';
import { titleOf, type StudyState } from '../../studies/model/state';
import type { TreeElement } from './elements';
import type { RunTree } from './tree';
import { experimentDescription, formatEstimate, lastWith, metricLabel, STATUS_WORDS } from './words';

export function tooltipOf(tree: RunTree, element: TreeElement): string | undefined {
  switch (element.kind) {
    case 'root':
      return escape(element.path);
    case 'problem':
      return escape(tree.root(element.path)?.problem ?? '');
    case 'study': {
      const study = tree.study(element.path);
      return study && studyTooltip(study);
    }
    case 'experiment': {
      const experiment = tree.experiment(element.path);
      return experiment && experimentTooltip(experiment);
    }
    case 'run': {
      const run = tree.run(element.path);
      return run && runTooltip(run);
    }
    case 'checkpoint': {
      const checkpoint = tree.run(element.path)?.checkpoints.find(({ step }) => step === element.step);
      return checkpoint && `**Step ${checkpoint.step}**\n\n${metricsTable(checkpoint)}`;
    }
    case 'stages':
    case 'stage':
      return tree.experiment(element.path)?.stages.map((stage) => `- ${stageLabel(stage)}: ${stage.state}${stage.message === undefined ? '' : `, ${escape(stage.message)}`}`).join('\n');
  }
}

function studyTooltip({ path, card, problem = '' }: StudyState): string {
  if (card === undefined) return [escape(problem), escape(path)].join('\n\n');
  const claims = card.claims.map(({ statement, verdict }) => `- ${verdict}: ${escape(statement)}`);
  return [`**${escape(titleOf(card))}** · ${card.overall.verdict}`, escape(card.overall.because), claims.join('\n'), escape(path)].join('\n\n');
}

function experimentTooltip(experiment: ExperimentState): string {
  return [
    `**${escape(experiment.name)}** · ${STATUS_WORDS[experimentStatus(experiment)]}`,
    experimentDescription(experiment),
    escape(experiment.path),
  ].join('\n\n');
}

function runTooltip(run: Run): string {
  const { beta, seed, klBudget, progress } = run;
  const settings: [string, string | number | undefined][] = [
    ['Sampling', run.sampling],
    ['Objective', run.objective],
    ['β', beta],
    ['Learning rate', typeof run.config.learningRate === 'number' ? run.config.learningRate : undefined],
    ['Seed', seed],
    ['KL budget', klBudget === undefined ? undefined : `${klBudget} nats`],
    ['Step', progress === undefined ? undefined : `${progress.step} of ${progress.steps}`],
  ];
  const rows = settings.flatMap(([name, value]) => (value === undefined ? [] : [`| ${name} | ${escape(String(value))} |`]));
  const best = lastWith(run, 'winRate') ?? run.checkpoints.at(-1);
  return [
    `**${escape(run.name)}** · ${STATUS_WORDS[run.status]}`,
    ...(run.failure === undefined ? [] : [`$(error) ${escape(run.failure)}`]),
    ['| | |', '|---|---|', ...rows].join('\n'),
    ...(best === undefined ? [] : [`Latest checkpoint, step ${best.step}`, metricsTable(best)]),
    ...run.warnings.slice(0, 3).map(({ message, at }) => `$(warning) ${escape(at === undefined ? message : `${at}: ${message}`)}`),
  ].join('\n\n');
}

function metricsTable({ metrics }: Checkpoint): string {
  const rows = METRIC_NAMES.flatMap((name) => {
    const estimate = metrics[name];
    return estimate === undefined ? [] : [`| ${metricLabel(name)} | ${formatEstimate(estimate)} | ${estimate.unit === 'none' || estimate.unit === 's' ? '' : estimate.unit} |`];
  });
  return ['| Metric | Value | Unit |', '|---|--:|---|', ...rows].join('\n');
}

/** Names and messages are the user's: nothing in them may become a link, an image or an icon. */
export const escape = (text: string): string => text.replace(/[\\`*_{}[\]()#+!|<>~$&]/g, '\\$&').replace(/\r?\n/g, ' ');
