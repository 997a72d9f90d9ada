/** Takes secrets out of a configuration before it is shown, compared or exported: some trainers log their API keys. */
const SECRET = /(^|[_\-.])(api[_-]?key|key|token|secret|password|passwd|credential|auth)s?$/i;
/** Names that only sound secret: tokens of a vocabulary. `hub_token` and `hf_token` are none of them. */
const HARMLESS = /(^|_)(pad|eos|bos|unk|mask|sep|cls|stop|image|special|end|start|new|response)_tokens?$|tokenizer|^key$|metric/i;
const DEEPEST = 8;

const REMOVED = '(removed)';

/** A copy with the values of secret-sounding keys replaced; cut off below 8 levels. */
export function withoutSecrets(config: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, isSecret(key, value) ? REMOVED : cleaned(value, depth)]));
}

const isSecret = (key: string, value: unknown): boolean => typeof value === 'string' && value !== '' && SECRET.test(key) && !HARMLESS.test(key);

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  return withoutSecrets(value as Record<string, unknown>, depth + 1);
}
