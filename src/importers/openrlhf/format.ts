/** OpenRLHF's console, `Global step 7: {'policy_loss': …}`, and JSON lines of its trackers' keys. Source: OpenRLHF 3c3be623 (2026-08), ppo_trainer.py and ppo_trainer_async.py. */
import { pythonNumbers, withoutColours } from '../console';
import { JsonRows } from '../lines/jsonRows';
import type { LineFormat, LineParser } from '../lines/reader';
import type { Tables } from '../lines/tables';

/** A training step, or an evaluation: `Evaluation completed in 0:01:40, global_step 7, eval_metrics: {…}`, `Eval at step 7: {…}`. */
const STEP = /(?:Global step|Eval at step|global_step) (\d+)(?:, eval_metrics)?: (?=\{)/;
/** What the trainer prints before it begins: its arguments, flat as `Namespace(…)`, since 2026 as `namespace(algo=namespace(kl=namespace(init_coef=…)))`. */
const TOKEN = /(\w+)=(namespace\(|'[^']*'|[-+.\w]+)|[()]/g;
/** The rest is passed over: the API key of a tracker is among it. */
const WANTED = /^(beta|init_kl_coef|kl_estimator|seed|learning_rate|actor_learning_rate|advantage_estimator|pretrain|kl_target|lambd|model\.beta|train\.seed|algo\.(kl|advantage)\.(init_coef|estimator|target|lambd)|adam\.lr|actor\.(model_name_or_path|adam\.lr))$/;

const LONGEST = 64 * 1024;

export const openrlhfConsole: LineFormat = { source: 'openrlhf', begin: () => new ConsoleParser() };
export const openrlhfLines: LineFormat = { source: 'openrlhf', begin: ({ mapping }) => new JsonRows(mapping) };

class ConsoleParser implements LineParser {
  private config: Record<string, unknown> = {};

  get facts(): LineParser['facts'] {
    return { config: this.config };
  }

  isRow(text: string): boolean {
    return STEP.test(text);
  }

  take(text: string, _: number, tables: Tables): string | undefined {
    const line = withoutColours(text);
    const found = STEP.exec(line);
    if (found === null) {
      if (/namespace\(/i.test(line)) this.config = { ...this.config, ...argumentsOf(line) };
      return undefined;
    }
    const values = pythonNumbers(line.slice(found.index + found[0].length));
    if (Object.keys(values).length > 0) tables.add(undefined, { step: Number(found[1]), values });
    return undefined;
  }
}

function argumentsOf(line: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const path: string[] = [];
  for (const [token, name = '', value = ''] of line.slice(0, LONGEST).matchAll(TOKEN)) {
    if (token === ')') path.pop();
    else if (token === '(' || value === 'namespace(') path.push(name);
    else {
      const key = [...path, name].filter((part) => part !== '').join('.');
      const text = value.replaceAll("'", '');
      if (WANTED.test(key)) found[key] = text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    }
  }
  return found;
}
