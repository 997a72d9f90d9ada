/** What a row of the tree shows. */
import { stageId } from '../../../core/experiment/stages';
import type { StageView } from '../../../core/protocol/data';
import type { RunStatus } from '../../../core/run/types';
import type { Verdict } from '../../../core/study/types';
import { isLogRun } from '../../runs/model/address';
import { stageLabel } from '../../runs/model/stages';
import { experimentStatus, isActive, type ExperimentState, type RootState } from '../../runs/model/state';
import { titleOf, verdictDescription, type StudyState } from '../../studies/model/state';
import type { TreeElement } from './elements';
import type { RunTree } from './tree';
import {
  checkpointDescription, checkpointSentence, experimentDescription, experimentSentence, logsDescription, percent, runDescription, runSentence, stagesDescription,
} from './words';

export interface RowIcon {
  readonly codicon: string;
  readonly color?: string;
}

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: RowIcon;
  readonly expands: 'no' | 'closed' | 'open';
  /** Words that `when` clauses look for: the kind, the status, what can be done. */
  readonly context: string;
  readonly sentence: string;
}

const STATUS_ICONS: Readonly<Record<RunStatus, RowIcon>> = {
  queued: { codicon: 'clock', color: 'disabledForeground' },
  running: { codicon: 'loading~spin', color: 'charts.blue' },
  finished: { codicon: 'pass', color: 'testing.iconPassed' },
  stopped: { codicon: 'debug-pause', color: 'charts.yellow' },
  failed: { codicon: 'error', color: 'testing.iconFailed' },
  lost: { codicon: 'question', color: 'list.warningForeground' },
};

const STAGE_ICONS: Readonly<Record<StageView['state'], RowIcon>> = {
  waiting: STATUS_ICONS.queued,
  computing: STATUS_ICONS.running,
  done: STATUS_ICONS.finished,
  cached: STATUS_ICONS.finished,
  failed: STATUS_ICONS.failed,
};

/** The row, or undefined where what it stood for is gone. */
export function rowOf(tree: RunTree, element: TreeElement): Row | undefined {
  switch (element.kind) {
    case 'root': {
      const root = tree.root(element.path);
      return root && rootRow(root);
    }
    case 'problem': {
      const root = tree.root(element.path);
      const message = root?.problems[element.index];
      return root && message !== undefined ? problemRow(root, message) : undefined;
    }
    case 'study': {
      const study = tree.study(element.path);
      return study && studyRow(study);
    }
    case 'experiment': {
      const experiment = tree.experiment(element.path);
      return experiment && experimentRow(experiment);
    }
    case 'stages': {
      const experiment = tree.experiment(element.path);
      return experiment && stagesRow(experiment);
    }
    case 'stage': {
      const stage = tree.experiment(element.path)?.stages.find((one) => stageId(one) === element.stage);
      return stage && stageRow(stage);
    }
    case 'run':
      return runRow(tree, element.path);
    case 'checkpoint':
      return checkpointRow(tree, element.path, element.step);
  }
}

function rootRow({ folder, logs, experiments }: RootState): Row {
  if (logs === undefined) return { label: folder, description: '', icon: { codicon: 'root-folder' }, expands: 'open', context: 'root', sentence: `Folder ${folder}` };
  const description = logsDescription(logs, experiments);
  return {
    label: folder,
    description,
    icon: logs.state === 'reading' ? STATUS_ICONS.running : { codicon: 'folder-library' },
    expands: 'open',
    context: ['logs', 'sourced', logs.state].join(' '),
    sentence: `Logs ${folder}: ${description}`,
  };
}

function problemRow({ logs }: RootState, message: string): Row {
  if (logs?.state === 'halted') {
    return { label: 'Not read', description: message, icon: { codicon: 'circle-slash' }, expands: 'no', context: 'problem halted sourced', sentence: `Not read: ${message}` };
  }
  const label = logs === undefined ? 'The folder cannot be read' : 'A log cannot be read';
  return { label, description: message, icon: STATUS_ICONS.failed, expands: 'no', context: logs === undefined ? 'problem' : 'problem sourced', sentence: `${label}: ${message}` };
}

/** A narrow side bar cuts the words off: the shape tells the verdict too, and is none that runs have. */
const VERDICT_ICONS: Readonly<Record<Verdict, RowIcon>> = {
  supports: { codicon: 'thumbsup', color: 'testing.iconPassed' },
  against: { codicon: 'thumbsdown', color: 'testing.iconFailed' },
  undecided: { codicon: 'law' },
};

function studyRow({ name, card, problem = '' }: StudyState): Row {
  if (card === undefined) {
    return { label: name, description: `the verdict cannot be read: ${problem}`, icon: { codicon: 'warning', color: 'list.warningForeground' }, expands: 'no', context: 'study broken', sentence: `Study ${name}: the verdict cannot be read: ${problem}` };
  }
  const [label, description] = [titleOf(card), verdictDescription(card)];
  return { label, description, icon: VERDICT_ICONS[card.overall.verdict], expands: 'no', context: 'study judged', sentence: `Study ${label}: ${description}` };
}

function experimentRow(experiment: ExperimentState): Row {
  const status = experimentStatus(experiment);
  return {
    label: experiment.name,
    description: experimentDescription(experiment),
    icon: status === 'finished' ? { codicon: 'beaker' } : STATUS_ICONS[status],
    expands: isActive(experiment) ? 'open' : 'closed',
    context: ['experiment', 'charted', ...(experiment.isForeign === true ? [] : ['configured', ...can(status)])].join(' '),
    sentence: experimentSentence(experiment),
  };
}

/** What one can do in this state, as words for `when`. */
function can(status: RunStatus): string[] {
  switch (status) {
    case 'running':
      return ['stoppable'];
    case 'stopped':
    case 'lost':
    case 'failed':
      return ['resumable', 'deletable'];
    case 'finished':
      return ['deletable'];
    case 'queued':
      return [];
  }
}

function stagesRow(experiment: ExperimentState): Row {
  const failed = experiment.stages.some((stage) => stage.state === 'failed');
  const description = stagesDescription(experiment);
  return {
    label: 'Shared stages',
    description,
    icon: failed ? STATUS_ICONS.failed : STATUS_ICONS.running,
    expands: failed ? 'open' : 'closed',
    context: 'stages',
    sentence: `Shared stages of experiment ${experiment.name}: ${description}`,
  };
}

function stageRow(stage: StageView): Row {
  const { state, fraction, message } = stage;
  const description = message ?? (state === 'computing' ? percent(fraction) : state === 'done' ? '' : state);
  return {
    label: stageLabel(stage),
    description,
    icon: STAGE_ICONS[state],
    expands: 'no',
    context: `stage ${state}`,
    sentence: `Stage ${stageLabel(stage)}, ${state}${description === '' || description === state ? '' : `, ${description}`}`,
  };
}

function runRow(tree: RunTree, path: string): Row | undefined {
  const run = tree.run(path);
  return run && {
    label: run.name,
    description: runDescription(run),
    icon: STATUS_ICONS[run.status],
    expands: run.checkpoints.length > 0 ? 'closed' : 'no',
    context: ['run', 'charted', ...(isLogRun(run) ? ['foreign', 'sourced'] : ['configured', ...can(run.status)]), ...(run.checkpoints.length > 0 ? ['comparable'] : [])].join(' '),
    sentence: runSentence(run),
  };
}

function checkpointRow(tree: RunTree, path: string, step: number): Row | undefined {
  const run = tree.run(path);
  const checkpoint = run?.checkpoints.find((one) => one.step === step);
  return run && checkpoint && {
    label: `step ${step}`,
    description: checkpointDescription(checkpoint),
    icon: { codicon: 'git-commit' },
    expands: 'no',
    context: 'checkpoint comparable charted',
    sentence: checkpointSentence(run, checkpoint),
  };
}
