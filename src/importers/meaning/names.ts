/** Names as transformers gives them, whatever a tracker put in front: `train/rewards/margins` and `eval/loss` in TensorBoard and W&B. */

/** Raw key to the name by which the tables know it, and back. */
export interface Names {
  readonly known: ReadonlySet<string>;
  readonly rawOf: (name: string) => string | undefined;
}

export function namesAsLogged(keys: Iterable<string>): Names {
  const known = new Set(keys);
  return { known, rawOf: (name) => (known.has(name) ? name : undefined) };
}

/** Names that the log may have without what a tracker put in front: `train/policy_loss` printed as `policy_loss`. */
export function namesWithOptionalPrefix(keys: Iterable<string>, prefix: string): Names {
  const raws = new Map<string, string>();
  for (const key of keys) raws.set(key, key);
  for (const key of raws.keys()) if (!key.includes('/') && !raws.has(`${prefix}${key}`)) raws.set(`${prefix}${key}`, key);
  return { known: new Set(raws.keys()), rawOf: (name) => raws.get(name) };
}

/** Where two raw keys come to one name, the one without a prefix is meant. */
export function namesWithoutTracker(keys: Iterable<string>): Names {
  const raws = new Map<string, string>();
  for (const key of keys) {
    const name = withoutTracker(key);
    if (!raws.has(name) || name === key) raws.set(name, key);
  }
  return { known: new Set(raws.keys()), rawOf: (name) => raws.get(name) };
}

function withoutTracker(key: string): string {
  if (key.startsWith('train/')) return key.slice('train/'.length);
  return key.startsWith('eval/') ? `eval_${key.slice('eval/'.length)}` : key;
}
