/** From any failure to what the user reads: cause, place, next step; and to the exit code. */
import { ImportError } from '../importers';
import { LaunchError } from '../launch';
import { RunLogError } from '../runlog';

/** 0 done; 1 a run failed or an input could not be read; 2 the call was wrong. */
export type ExitCode = 0 | 1 | 2;

export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    message: string,
    readonly place: string | undefined,
    readonly next: string,
    readonly exitCode: ExitCode = 1,
  ) {
    super(message);
  }
}

/** The call itself makes no sense, whatever lies on disk. */
export const wrongCall = (message: string, next: string) => new CliError(message, undefined, next, 2);

export const exitCodeOf = (error: unknown): ExitCode => (error instanceof CliError ? error.exitCode : 1);

/** What any error of ours may carry besides its message. */
interface Placed {
  readonly place?: string;
  readonly file?: string;
  readonly next?: string;
}

/** A stack trace only for those who ask for it: it helps no user. */
export function describeError(error: unknown, debug = (process.env.ALIGNMENT_GAP_DEBUG ?? '') !== ''): string {
  if (!(error instanceof Error)) return `alignment-gap: ${String(error)}\n`;
  const { place, file, next } = error as Placed;
  const where = place ?? file;
  const lines = [`alignment-gap: ${error.message}`];
  if (where !== undefined && !error.message.includes(where)) lines.push(`  where: ${where}`);
  if (next !== undefined && !error.message.includes(next)) lines.push(`  next:  ${next}`);
  if (next === undefined && !isOurs(error)) lines.push('  next:  Set ALIGNMENT_GAP_DEBUG=1 to see where this happened.');
  if (debug) lines.push(error.stack ?? '');
  return `${lines.join('\n')}\n`;
}

const isOurs = (error: Error) => [CliError, ImportError, LaunchError, RunLogError].some((kind) => error instanceof kind);
