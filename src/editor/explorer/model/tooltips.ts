/** Tooltips as Markdown, made only for the row that is pointed at. */
import { METRIC_NAMES } from '../../../core/run/metrics';
import type { Checkpoint, Run } from '../../../core/run/types';
import { candidatesOf, saidOf, type LogsState } from '../../logs/model/state';
import { isLogRun, nameOfKey, placeOfKey } from '../../runs/model/address';
import { stageLabel } from '../../runs/model/stages';
import { experimentStatus, type ExperimentState, type RootState } from '../../runs/model/state';
import { titleOf, type StudyState } from '../../studies/model/state';
import type { TreeElement } from './elements';
import type { RunTree } from './tree';
import { experimentDescription, formatEstimate, lastWith, metricLabel, STATUS_WORDS } from './words';

export function tooltipOf(tree: RunTree, element: TreeElement): string | undefined {
  switch (element.kind) {
    case 'root':
      return rootTooltip(tree.root(element.path));
    case 'problem':
      return escape(tree.root(element.path)?.problems[element.index] ?? '');
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
      return run && runTooltip(run, tree.rootOfRun(element.path));
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

/** Of logs: what each was taken for, and why. */
function rootTooltip(root: RootState | undefined): string | undefined {
  if (root?.logs === undefined) return root && escape(root.path);
  const { target, detections, sources } = root.logs;
  const lines = detections.slice(0, MOST_LINES).flatMap(([chosen]) => (chosen === undefined ? [] : [`- ${escape(relative(target, chosen.path))}: **${chosen.source}**, ${escape(whyOf(chosen.reason, sources[chosen.path] ?? sources[target]))}`]));
  const more = detections.length - lines.length;
  return [`**${escape(root.folder)}**`, escape(target), lines.join('\n'), ...(more > 0 ? [`and ${more} more`] : [])].join('\n\n');
}

const MOST_LINES = 8;
const relative = (from: string, to: string): string => (to.startsWith(from) ? to.slice(from.length).replace(/^[\\/]/, '') : to) || nameOfKey(to);

/** @param said what the user has set. */
const whyOf = (reason: string, said: string | undefined): string => (said === undefined ? `because ${reason}` : `as the setting alignmentGap.logSources says (${reason})`);

function studyTooltip({ path, card, problem = '' }: StudyState): string {
  if (card === undefined) return [escape(problem), escape(path)].join('\n\n');
  const claims = card.claims.map(({ statement, verdict }) => `- ${verdict}: ${escape(statement)}`);
  return [`**${escape(titleOf(card))}** · ${card.overall.verdict}`, escape(card.overall.because), claims.join('\n'), escape(path)].join('\n\n');
}

function experimentTooltip(experiment: ExperimentState): string {
  return [
    `**${escape(experiment.name)}** · ${STATUS_WORDS[experimentStatus(experiment)]}`,
    experimentDescription(experiment),
    escape(experiment.isForeign === true ? placeOfKey(experiment.path) : experiment.path),
  ].join('\n\n');
}

function runTooltip(run: Run, root: RootState | undefined): string {
  const { beta, seed, klBudget, progress } = run;
  const settings: [string, string | number | undefined][] = [
    ...(root?.logs === undefined ? [] : [['Source', sourceWords(run, root.logs)] as [string, string]]),
    ['Sampling', isLogRun(run) ? `${run.sampling}${because(run.environment.samplingReason)}` : run.sampling],
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
    ...mostUseful(run.warnings).map(({ message, at }) => `$(warning) ${escape(at === undefined ? message : `${at}: ${message}`)}`),
  ].join('\n\n');
}

const because = (reason: unknown): string => (typeof reason === 'string' && reason !== '' ? `: ${reason}` : '');

function sourceWords(run: Run, logs: LogsState): string {
  const [chosen] = candidatesOf(logs, run);
  return chosen === undefined ? run.source : `${run.source}, ${whyOf(chosen.reason, saidOf(logs, candidatesOf(logs, run).map(({ path }) => path)) ?? logs.sources[logs.target])}`;
}

/** What a log lacks is said last: it is the longest, and the panel says it where it is missed. */
const mostUseful = (warnings: Run['warnings']): Run['warnings'] => [...warnings].sort((a, b) => Number(a.code === 'absent') - Number(b.code === 'absent')).slice(0, 5);

function metricsTable({ metrics }: Checkpoint): string {
  const rows = METRIC_NAMES.flatMap((name) => {
    const estimate = metrics[name];
    return estimate === undefined ? [] : [`| ${metricLabel(name)} | ${formatEstimate(estimate)} | ${estimate.unit === 'none' || estimate.unit === 's' ? '' : estimate.unit} |`];
  });
  return ['| Metric | Value | Unit |', '|---|--:|---|', ...rows].join('\n');
}

/** Names and messages are the user's: nothing in them may become a link, an image or an icon. */
export const escape = (text: string): string => text.replace(/[\\`*_{}[\]()#+!|<>~$&]/g, '\\$&').replace(/\r?\n/g, ' ');
