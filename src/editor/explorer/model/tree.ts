/** Which rows there are below which. */
import { stageId } from '../../../core/experiment/stages';
import type { Run } from '../../../core/run/types';
import { keyOf } from '../../runs/model/address';
import { isDone } from '../../runs/model/stages';
import { isActive, type ExperimentState, type RootState, type StoreChange } from '../../runs/model/state';
import type { StudyState } from '../../studies/model/state';
import type { ElementCache, TreeElement } from './elements';
import { rowOf } from './rows';

/** A folder of thousands of damaged logs: the first ones tell what is amiss. */
const MOST_PROBLEMS = 10;

export class RunTree {
  /** What was drawn last of each experiment. */
  private readonly faces = new Map<string, string>();

  constructor(
    private readonly elements: ElementCache,
    private readonly state: () => readonly RootState[],
  ) {}

  children(element?: TreeElement): TreeElement[] {
    if (element === undefined) return this.top();
    switch (element.kind) {
      case 'root':
        return this.belowRoot(this.root(element.path));
      case 'experiment':
        return this.belowExperiment(element.path);
      case 'stages':
        return (this.experiment(element.path)?.stages ?? []).map((stage) => this.elements.get({ kind: 'stage', path: element.path, stage: stageId(stage) }));
      case 'run':
        return (this.run(element.path)?.checkpoints ?? []).map(({ step }) => this.elements.get({ kind: 'checkpoint', path: element.path, step }));
      case 'problem':
      case 'study':
      case 'stage':
      case 'checkpoint':
        return [];
    }
  }

  /** For `reveal`. */
  parent(element: TreeElement): TreeElement | undefined {
    switch (element.kind) {
      case 'root':
        return undefined;
      case 'problem':
        return this.shownRoot(element.path);
      case 'study':
        return this.shownRoot(this.state().find((root) => root.studies?.some((study) => study.path === element.path))?.path);
      case 'experiment':
        return this.shownRoot(this.experiment(element.path)?.root);
      case 'stages':
        return this.elements.get({ kind: 'experiment', path: element.path });
      case 'stage':
        return this.elements.get({ kind: 'stages', path: element.path });
      case 'run': {
        const owner = this.experimentOf(element.path);
        return owner && this.elements.get({ kind: 'experiment', path: owner.path });
      }
      case 'checkpoint':
        return this.elements.get({ kind: 'run', path: element.path });
    }
  }

  /**
   * The rows to draw anew; `undefined` stands for all. A row whose children changed is drawn with them, and until VS Code has
   * asked for those again it does not know them: a click on one would reach its command without the row. So an experiment
   * is drawn only when something of its own is different, not with every step that one of its runs takes.
   */
  changed(change: StoreChange): readonly TreeElement[] | undefined {
    if (change.structure) {
      this.faces.clear();
      return undefined;
    }
    const runs = [...change.runs].map((path) => this.elements.get({ kind: 'run', path }));
    const experiments = [...change.experiments].map((path) =>
      this.elements.get({ kind: this.faceDiffers(path) ? 'experiment' : 'stages', path }));
    return [...experiments, ...runs];
  }

  /** Whether the row of an experiment, or which rows are below it, is not what it was when this was asked before. */
  private faceDiffers(path: string): boolean {
    const element = this.elements.get({ kind: 'experiment', path });
    const face = JSON.stringify([rowOf(this, element), this.children(element).map(({ id }) => id)]);
    const differs = this.faces.get(path) !== face;
    this.faces.set(path, face);
    return differs;
  }

  root = (path: string): RootState | undefined => this.state().find((root) => root.path === path);
  study = (path: string): StudyState | undefined => this.state().flatMap((root) => root.studies ?? []).find((study) => study.path === path);
  experiment = (path: string): ExperimentState | undefined => this.experiments().find((experiment) => experiment.path === path);
  experimentOf = (run: string): ExperimentState | undefined => this.experiments().find((experiment) => experiment.runs.some((one) => keyOf(one) === run));
  run = (path: string): Run | undefined => this.experimentOf(path)?.runs.find((run) => keyOf(run) === path);
  rootOfRun = (run: string): RootState | undefined => this.root(this.experimentOf(run)?.root ?? '');

  private experiments = (): ExperimentState[] => this.state().flatMap((root) => root.experiments);

  /** Folders of our own runs are a level of their own only where there are several; added logs always, for they can be removed. */
  private top(): TreeElement[] {
    const shown = this.state().filter(({ logs, experiments, problems, studies = [] }) => (logs === undefined ? experiments.length > 0 || studies.length > 0 || problems.length > 0 : !logs.isHidden));
    return shown.flatMap((root) => (this.isLevel(root) ? [this.elements.get({ kind: 'root', path: root.path })] : this.belowRoot(root)));
  }

  private isLevel = ({ logs }: RootState): boolean => logs !== undefined || this.state().filter((root) => root.logs === undefined).length > 1;

  private belowRoot(root: RootState | undefined): TreeElement[] {
    if (root === undefined) return [];
    const problems = root.problems.slice(0, MOST_PROBLEMS).map((_, index) => this.elements.get({ kind: 'problem', path: root.path, index }));
    // What was found comes before what it was found by.
    const studies = (root.studies ?? []).map(({ path }) => this.elements.get({ kind: 'study', path }));
    return [...problems, ...studies, ...newestFirst(root.experiments).map(({ path }) => this.elements.get({ kind: 'experiment', path }))];
  }

  private belowExperiment(path: string): TreeElement[] {
    const experiment = this.experiment(path);
    if (experiment === undefined) return [];
    const runs = experiment.runs.map((run) => this.elements.get({ kind: 'run', path: keyOf(run) }));
    return showsStages(experiment) ? [this.elements.get({ kind: 'stages', path }), ...runs] : runs;
  }

  private shownRoot(path: string | undefined): TreeElement | undefined {
    const root = path === undefined ? undefined : this.root(path);
    return root === undefined || !this.isLevel(root) ? undefined : this.elements.get({ kind: 'root', path: root.path });
  }
}

/** Only while runs wait for them, or where one has failed: a cached stage says nothing new. */
export function showsStages(experiment: ExperimentState): boolean {
  const { stages, runs } = experiment;
  if (stages.some((stage) => stage.state === 'failed' || stage.state === 'computing')) return true;
  return isActive(experiment) && !stages.every(isDone) && !runs.some((run) => run.status === 'running');
}

const newestFirst = (experiments: readonly ExperimentState[]): ExperimentState[] => {
  const created = (experiment: ExperimentState) => experiment.runs.reduce((latest, run) => (run.createdAt !== undefined && run.createdAt > latest ? run.createdAt : latest), '');
  return [...experiments].sort((a, b) => created(b).localeCompare(created(a)) || a.name.localeCompare(b.name));
};
