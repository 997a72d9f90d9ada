/** From a trainer's output directory to what the meaning layer reads. Pure. */
import type { RunWarning } from '../../core/run/types';
import type { ForeignSource, RawLog } from '../contract';
import { dated } from '../framing/dates';
import { RowStore, withoutSecrets } from '../meaning';
import { numberOf, numbersOf } from '../values';
import type { TrainerFolder, TrainerState } from './raw';

/** Keys of an evaluation that stand for no metric of it. */
const EVAL_SPEED = /_(runtime|samples_per_second|steps_per_second|model_preparation_time)$/;
/** Only the last entry has it: the Trainer came to its end. */
const LAST_KEY = 'train_runtime';

export function trainerLog(folder: TrainerFolder, warnings: readonly RunWarning[], source: ForeignSource = 'trl'): RawLog {
  const { state, card } = folder;
  const store = new RowStore();
  const found = fillRows(state, store);
  const isFinished = state.logHistory.some((entry) => LAST_KEY in entry) || (state.globalStep !== undefined && (state.maxSteps ?? 0) > 0 && state.globalStep >= (state.maxSteps ?? 0));
  const base = folder.adapterBase ?? card?.baseModel;
  return {
    source,
    path: folder.path,
    ...(card?.modelName === undefined ? {} : { name: card.modelName }),
    rows: store.rows(),
    config: withoutSecrets({ ...card?.hyperparameters, ...card?.axolotl, ...folder.config, ...(base === undefined ? {} : { base_model: base }) }),
    ...(card === undefined ? {} : { tags: card.tags }),
    environment: {
      files: folder.files,
      ...(card === undefined || Object.keys(card.versions).length === 0 ? {} : { versions: card.versions }),
      ...(folder.checkpoints.length === 0 ? {} : { checkpoints: folder.checkpoints }),
      ...(found.evalSets.length > 1 ? { evaluationSets: found.evalSets } : {}),
    },
    ...(state.maxSteps === undefined || state.maxSteps <= 0 ? {} : { totalSteps: state.maxSteps }),
    ...(state.globalStep === undefined ? {} : { lastStep: state.globalStep }),
    ...(isFinished ? { status: 'finished' as const } : {}),
    modifiedAt: folder.modifiedAt,
    ...dated('createdAt', (folder.begun ?? NaN) * 1000),
    warnings: [...warnings, ...found.warnings, ...store.warnings()],
  };
}

function fillRows({ logHistory }: TrainerState, store: RowStore): { evalSets: string[]; warnings: RunWarning[] } {
  const sets = evaluationSets(logHistory);
  const [main] = sets;
  let withoutStep = 0;
  for (const entry of logHistory) {
    const step = numberOf(entry.step);
    if (step === undefined || !Number.isFinite(step)) {
      withoutStep += 1;
      continue;
    }
    const values = valuesOf(numbersOf(entry));
    const set = setOf(entry);
    store.add({ step, values: set === undefined || set === main ? values : underSet(values, set) });
  }
  return {
    evalSets: sets,
    warnings: [
      ...(withoutStep === 0 ? [] : [{ code: 'log-entry', message: `${withoutStep} entries of log_history have no step and are left out.`, at: 'log_history' }]),
      ...(main === undefined || sets.length < 2 ? [] : [{ code: 'evaluation-sets', message: `There are ${sets.length} evaluation sets (${sets.join(', ')}); the metrics are those of ${main}, the others stand under raw keys with their name.`, at: `eval_${main}_loss` }]),
    ],
  };
}

const valuesOf = (numbers: Readonly<Record<string, number>>): Record<string, number> => Object.fromEntries(Object.entries(numbers).filter(([key]) => key !== 'step'));

/**
 * With several evaluation sets the loss carries the set's name, and TRL's stored metrics do not: the name is taken from the
 * loss of the same entry.
 */
function setOf(entry: Readonly<Record<string, unknown>>): string | undefined {
  if ('eval_loss' in entry) return undefined;
  const loss = Object.keys(entry).find((key) => key.startsWith('eval_') && key.endsWith('_loss') && !EVAL_SPEED.test(key));
  return loss?.slice('eval_'.length, -'_loss'.length);
}

const evaluationSets = (history: TrainerState['logHistory']): string[] => [...new Set(history.flatMap((entry) => setOf(entry) ?? []))];

function underSet(values: Readonly<Record<string, number>>, set: string): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => {
    const isPlain = key.startsWith('eval_') && !key.startsWith(`eval_${set}_`);
    return [isPlain ? `eval_${set}_${key.slice('eval_'.length)}` : key, value];
  }));
}
