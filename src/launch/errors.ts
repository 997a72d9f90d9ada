/** What keeps an experiment from being planned, started or stopped: the cause, the place and the next step. */
import type { Problem } from '../core/experiment/parse';

export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  /** @param place a file or directory. @param next what the user can do. */
  constructor(
    message: string,
    readonly place: string,
    readonly next: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The experiment file was read but is not valid; each problem has its own line and column. */
export class ExperimentFileError extends LaunchError {
  constructor(
    file: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      `${file} is not a valid experiment file:\n${problems.map((p) => `  ${file}:${p.line}:${p.column}: ${p.message}`).join('\n')}`,
      file,
      'Correct the file and try again.',
    );
  }
}
