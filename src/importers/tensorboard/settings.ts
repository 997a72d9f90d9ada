/** The configuration that a run keeps in its event files: text summaries and the hparams plugin. Pure. */
import { plain } from '../framing/plain';
import { withoutSecrets } from '../meaning';
import { readSession, type Session } from './hparams';
import type { EventFile } from './raw';

export interface Settings {
  readonly config: Readonly<Record<string, unknown>>;
  /** What was meant as configuration and could not be read. */
  readonly problems: readonly string[];
  readonly session: Session;
}

const TEXT = '/text_summary';

export function settingsOf(files: readonly EventFile[]): Settings {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  let session: Session = {};
  for (const file of files) {
    for (const content of file.sessions) {
      try {
        session = { ...session, ...readSession(content) };
      } catch (error) {
        problems.push(`The hyperparameters of the hparams plugin cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
      }
    }
    for (const { tag, text, plugin } of file.series.values()) if (text !== undefined && (plugin ?? 'text') === 'text') addText(config, tag, text);
  }
  return { config: withoutSecrets({ ...session.settings, ...config }), problems, session };
}

/**
 * transformers writes all arguments of the trainer as JSON under `args`, and the model's under `model_config`; CleanRL and
 * open-instruct a Markdown table under `hyperparameters`. Other text is not configuration.
 */
function addText(config: Record<string, unknown>, tag: string, text: string): void {
  const name = tag.endsWith(TEXT) ? tag.slice(0, -TEXT.length) : tag;
  const parsed = objectIn(text) ?? tableIn(text);
  if (parsed === undefined) return;
  if (name === 'args' || name === 'hyperparameters') Object.assign(config, parsed);
  else config[name] = parsed;
}

function objectIn(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    // An object in braces cannot parse to anything but an object.
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined; // a text that only looks like JSON: samples of a model do
  }
}

/** `|name|value|` lines below a header and a rule. */
function tableIn(text: string): Record<string, unknown> | undefined {
  const [, rule, ...lines] = text.split('\n').map((line) => line.trim());
  if (rule === undefined || !/^\|[-| :]+\|$/.test(rule)) return undefined;
  const cells = lines.map((line) => /^\|([^|]+)\|(.*)\|$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(cells.map(([, name, value]) => [name!.trim(), plain(value!.trim())]));
}
