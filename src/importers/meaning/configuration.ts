/** What a trainer's arguments say of the algorithm. Keys are looked up by dotted path, at the top or within one known section. */

type Config = Readonly<Record<string, unknown>>;

/** The value at a dotted path, or under the path as one key (`loss.beta` of a flattened configuration). */
export function at(config: Config, path: string): unknown {
  if (Object.hasOwn(config, path)) return config[path];
  let value: unknown = config;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Config)[part];
  }
  return value;
}

/** The first finite number among the paths; numbers as text (MLflow's parameters) count, lists give their first. */
export function numberAt(config: Config, paths: readonly string[]): { readonly value: number; readonly path: string } | undefined {
  for (const path of paths) {
    const found = at(config, path);
    const first: unknown = Array.isArray(found) ? found[0] : found;
    const value = typeof first === 'string' && first.trim() !== '' ? Number(first) : first;
    if (typeof value === 'number' && Number.isFinite(value)) return { value, path };
  }
  return undefined;
}

/** The first text among the paths; of a list its first. */
function textAt(config: Config, paths: readonly string[]): { readonly value: string; readonly path: string } | undefined {
  for (const path of paths) {
    const found = at(config, path);
    const first: unknown = Array.isArray(found) ? found[0] : found;
    if (typeof first === 'string' && first !== '') return { value: first, path };
  }
  return undefined;
}

export const seedOf = (config: Config): number | undefined => {
  const seed = numberAt(config, ['seed', 'train.seed', 'trainer.seed', 'training.seed', 'data_seed', 'random_seed'])?.value;
  return seed !== undefined && Number.isInteger(seed) ? seed : undefined;
};

/** Keys that name the loss of a preference trainer; `reward_model_type` and the like do not. */
export const lossTypeOf = (config: Config): { readonly value: string; readonly path: string } | undefined =>
  textAt(config, ['loss_type', 'pref_loss', 'dpo_loss', 'loss.name', 'dpo_loss_type']);

/** Keys whose value names the trainer or the stage: `rl: dpo` (axolotl), `stage: kto` (LLaMA-Factory), `trainer: DPOTrainer`. */
const TRAINER_KEYS = ['trainer', 'rl', 'stage', 'trainer_type', 'trainer_class', '_tag_names', 'algorithm', 'rlhf_type', 'train_type', 'method'];

export function trainerNames(config: Config): { readonly name: string; readonly path: string }[] {
  return TRAINER_KEYS.flatMap((path) => {
    const found = at(config, path);
    const values: unknown[] = Array.isArray(found) ? found : [found];
    return values.flatMap((value) => (typeof value === 'string' ? [{ name: value.toLowerCase().replaceAll('_', '-'), path }] : []));
  });
}
