/**
 * The shared stages, in the paper's order (Fig. 2): data → SFT → golden preference model → relabelled pairs → proxy
 * preference model → golden policy; and, for runs that learn from them, a recorded online run and pairs that policies wrote.
 * Each is computed once, on demand, and loaded by every run that shares it.
 */
import path from 'node:path';
import type { RunConfig } from '../../core/experiment/config';
import { stagesOf } from '../../core/experiment/stages';
import type { StageEvent, StageKind } from '../../core/run/events';
import type { BackendInfo } from '../backend/start';
import type { TransformerShape } from '../policy/shape';
import { copyWeights, type TransformerWeights } from '../policy/weights';
import { preferenceShapeOf, type LearnedModel, type PreferenceModel } from '../preference/model';
import type { PreferencePairs } from '../rows';
import type { RecordedStream } from '../sources/replay';
import type { Task } from '../tasks/task';
import type { ArtefactStore } from './artefacts';
import { computeData, loadData, type StageData } from './data';
import { computeGolden, loadGolden } from './golden';
import { computeGoldenPolicy, loadOpponent, type Opponent } from './goldenPolicy';
import { opponentShape, planStages, type PlannedStage, type StagePlan } from './plan';
import { computePolicyData, loadPolicyData, type WrittenPairs } from './policyData';
import { computeProxy, loadProxy } from './proxy';
import { computeRecording, loadRecordedPolicy, loadRecording } from './recording';
import { computeRelabelled, loadRelabelled } from './relabelled';
import { computeReference, loadReference, policyShapeOf } from './sft';

export type StageReport = Pick<StageEvent, 'kind' | 'part' | 'digest' | 'state' | 'fraction' | 'message' | 'facts'>;
export type Facts = Readonly<Record<string, number | string>>;
/** Called while a stage computes; yields to the event loop so that signals are heard. */
export type OnFraction = (fraction: number) => Promise<void>;

export interface PipelineSettings {
  readonly config: RunConfig;
  readonly task: Task;
  readonly backend: BackendInfo;
  readonly store: ArtefactStore;
  readonly report: (stage: StageReport) => void;
}

export class Pipeline {
  readonly plan: StagePlan;
  readonly shape: TransformerShape;
  /** Of the golden policy. */
  readonly opponentShape: TransformerShape;
  readonly proxyShape: TransformerShape;
  private readonly loaded = new Map<StageKind, Promise<unknown>>();

  constructor(readonly settings: PipelineSettings) {
    this.plan = planStages(settings.config, settings.task, settings.backend);
    const { config, task } = settings;
    this.shape = policyShapeOf(config.policy, task);
    this.opponentShape = policyShapeOf(opponentShape(config), task);
    this.proxyShape = preferenceShapeOf(policyShapeOf(config.stages.proxyPolicy ?? config.policy, task));
  }

  get config(): RunConfig {
    return this.settings.config;
  }

  get task(): Task {
    return this.settings.task;
  }

  data(): Promise<StageData> {
    return this.once('data', loadData);
  }

  /** π_ref: the supervised policy, frozen. */
  reference(): Promise<TransformerWeights> {
    return this.once('sft', (folder) => loadReference(folder, this.shape));
  }

  /** What the golden policy begins from: π_ref, where it is of the policy's size. */
  opponentReference(): Promise<TransformerWeights> {
    return this.plan['opponent-sft'] ? this.once('opponent-sft', (folder) => loadReference(folder, this.opponentShape)) : this.reference();
  }

  golden(): Promise<PreferenceModel> {
    return this.once('golden', (folder) => loadGolden(this, folder));
  }

  /** D_golden: the pairs with the golden preference model's labels. */
  relabelled(): Promise<{ readonly train: PreferencePairs; readonly heldOut: PreferencePairs }> {
    return this.once('relabelled', loadRelabelled);
  }

  proxy(): Promise<LearnedModel> {
    return this.once('proxy', (folder) => loadProxy(this, folder));
  }

  opponent(): Promise<Opponent> {
    return this.once('golden-policy', (folder) => loadOpponent(this, folder));
  }

  /** The pairs of the recorded online run. */
  recording(): Promise<RecordedStream> {
    return this.once('recording', loadRecording);
  }

  /** The recorded run's policy at a step that it kept; 0 is the reference policy. The caller disposes. */
  async recordedPolicy(step: number): Promise<TransformerWeights> {
    return step === 0 ? copyWeights(await this.reference()) : loadRecordedPolicy(await this.ensure('recording'), step, this.shape);
  }

  policyData(): Promise<WrittenPairs> {
    return this.once('policy-data', loadPolicyData);
  }

  /** Computes a stage (and what it needs) unless it is there, saying what happens. */
  async ensure(kind: StageKind): Promise<string> {
    const { store, report } = this.settings;
    const { digest, inputs } = this.planned(kind);
    const part = stagesOf(this.config).find((stage) => stage.kind === kind)?.part;
    const named = { kind, ...(part === undefined ? {} : { part }) };
    const say = (state: StageReport['state'], fraction: number, facts?: Facts): void => {
      report({ ...named, digest, state, fraction, ...(facts ? { facts } : {}) });
    };
    const { description, cached } = await store.ensure({ kind, digest, inputs }, async (folder) => {
      say('computing', 0);
      return this.compute(kind, folder, async (fraction) => {
        say('computing', fraction);
        await new Promise((resolve) => setImmediate(resolve));
      });
    });
    say(cached ? 'cached' : 'done', 1, description.facts);
    return path.resolve(store.pathOf(digest));
  }

  /** What a stage measured of itself; computed first where it is missing. */
  async factsOf(kind: StageKind): Promise<Facts> {
    await this.ensure(kind);
    return this.settings.store.describe(this.planned(kind).digest)?.facts ?? {};
  }

  private planned(kind: StageKind): PlannedStage {
    const planned = this.plan[kind];
    if (!planned) throw new Error(`no run of this kind needs the stage ${kind}; it has ${Object.keys(this.plan).join(', ')}`);
    return planned;
  }

  private compute(kind: StageKind, folder: string, onFraction: OnFraction): Promise<Facts> {
    switch (kind) {
      case 'data': return computeData(this, folder);
      case 'sft': return computeReference(this, this.shape, folder, onFraction);
      case 'opponent-sft': return computeReference(this, this.opponentShape, folder, onFraction);
      case 'golden': return computeGolden(this, folder, onFraction);
      case 'relabelled': return computeRelabelled(this, folder);
      case 'proxy': return computeProxy(this, folder, onFraction);
      case 'golden-policy': return computeGoldenPolicy(this, folder, onFraction);
      case 'recording': return computeRecording(this, folder, onFraction);
      case 'policy-data': return computePolicyData(this, folder);
    }
  }

  private once<T>(kind: StageKind, load: (folder: string) => T | Promise<T>): Promise<T> {
    const known = this.loaded.get(kind);
    if (known) return known as Promise<T>;
    const loading = this.ensure(kind).then(load);
    this.loaded.set(kind, loading);
    return loading;
  }
}
