/** What went wrong with a file of a run directory: cause, place and next step, in one message. */
export class RunLogError extends Error {
  override readonly name = 'RunLogError';

  constructor(
    what: string,
    /** The file or folder. */
    readonly path: string,
    readonly nextStep: string,
    cause?: unknown,
  ) {
    super(`${what}${reasonOf(cause)} (${path}). ${nextStep}`, { cause });
  }
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'it does not exist',
  ENOTDIR: 'part of the path is not a directory',
  EISDIR: 'it is a directory',
  EMFILE: 'too many files are open',
  EIO: 'the disk failed',
};

function reasonOf(cause: unknown): string {
  if (cause === undefined) return '';
  const code = codeOf(cause);
  const known = code === undefined ? undefined : REASONS[code];
  if (known !== undefined) return `: ${known}`;
  return cause instanceof Error ? `: ${cause.message}` : '';
}

/** A next step for a failed read. */
export const readAdvice = (cause: unknown): string =>
  codeOf(cause) === 'ENOENT' ? 'Check the path.' : 'Check that you may read it, then try again.';
