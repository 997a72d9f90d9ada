/** From paths of file events to the directories worth reading. */
import type { ExperimentState } from './state';

export interface Touched {
  /** Run and experiment directories that are known. */
  readonly known: ReadonlySet<string>;
  /** Something came that is not known, or a whole directory went. */
  readonly needsScan: boolean;
}

const APPENDED = /[/\\](metrics|stages)\.jsonl$/;

export function touchedDirectories(files: readonly string[], experiments: readonly ExperimentState[], parentOf: (file: string) => string): Touched {
  const directories = new Set(experiments.flatMap((experiment) => [experiment.path, ...experiment.runs.map((run) => run.path)]));
  const known = new Set<string>();
  let needsScan = false;
  for (const file of files) {
    const directory = parentOf(file);
    if (directories.has(directory) && !directories.has(file)) known.add(directory);
    else needsScan = true;
    // A manifest that came or went changes which runs there are; a line appended never does.
    if (!APPENDED.test(file)) needsScan = true;
  }
  return { known, needsScan };
}
