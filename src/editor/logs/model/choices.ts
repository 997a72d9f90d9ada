/** What a log may be read as: what was detected first, with the reasons, then everything else. */
import type { Detection, ForeignSource } from '../../../importers';
import { SOURCE_NAMES } from './sources';

export interface SourceChoice {
  /** Undefined: as detected. */
  readonly source: ForeignSource | undefined;
}

export interface ChoiceRow {
  readonly heading: boolean;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly choice?: SourceChoice;
}

const heading = (label: string): ChoiceRow => ({ heading: true, label, description: '', detail: '' });

/** @param said what the user has set, which can then be taken back */
export function choicesFor(candidates: readonly Detection[], said: ForeignSource | undefined): ChoiceRow[] {
  const detected = [...new Map(candidates.map((one) => [one.source, one])).values()];
  const others = (Object.keys(SOURCE_NAMES) as ForeignSource[]).filter((source) => !detected.some((one) => one.source === source));
  const row = (source: ForeignSource, detail: string): ChoiceRow => ({
    heading: false, label: source, description: source === said ? `${SOURCE_NAMES[source]} · set by you` : SOURCE_NAMES[source], detail, choice: { source },
  });
  return [
    ...(said === undefined ? [] : [{ heading: false, label: 'As detected', description: 'takes back what you have set', detail: '', choice: { source: undefined } }]),
    ...(detected.length === 0 ? [] : [heading('detected')]),
    ...detected.map(({ source, reason, confidence }) => row(source, `${reason} (${Math.round(100 * confidence)}% sure)`)),
    heading('other sources'),
    ...others.map((source) => row(source, '')),
  ];
}
