/** OpenRLHF's console, `Global step 7: {'policy_loss': …}`, and JSON lines of its trackers' keys. */
import { pythonNumbers, withoutColours } from '../console';
import { JsonRows } from '../lines/jsonRows';
import type { LineFormat, LineParser } from '../lines/reader';
import type { Tables } from '../lines/tables';

const GLOBAL_STEP = /Global step (\d+): (?=\{)/;
/** What the trainer prints before it begins: its arguments, as `Namespace(…)`. */
const ARGUMENT = /\b(beta|init_kl_coef|kl_estimator|seed|learning_rate|actor_learning_rate|advantage_estimator|pretrain|kl_target|lambd)=('[^']*'|[-+.\w]+)/g;

export const openrlhfConsole: LineFormat = { source: 'openrlhf', isConsole: true, begin: () => new ConsoleParser() };
export const openrlhfLines: LineFormat = { source: 'openrlhf', begin: ({ mapping }) => new JsonRows(mapping) };

class ConsoleParser implements LineParser {
  private config: Record<string, unknown> = {};

  get facts(): LineParser['facts'] {
    return { config: this.config };
  }

  take(text: string, _: number, tables: Tables): string | undefined {
    const line = withoutColours(text);
    const found = GLOBAL_STEP.exec(line);
    if (found === null) {
      if (line.includes('Namespace(')) this.config = { ...this.config, ...argumentsOf(line) };
      return undefined;
    }
    const values = pythonNumbers(line.slice(found.index + found[0].length));
    if (Object.keys(values).length > 0) tables.add(undefined, { step: Number(found[1]), values });
    return undefined;
  }
}

const argumentsOf = (line: string): Record<string, unknown> =>
  Object.fromEntries([...line.slice(0, 65536).matchAll(ARGUMENT)].map(([, key, value]) => {
    const text = (value ?? '').replaceAll("'", '');
    return [key ?? '', text !== '' && Number.isFinite(Number(text)) ? Number(text) : text];
  }));
