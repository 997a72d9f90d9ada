/** What stops the reading of a pairs file altogether. Each message says what, where and what to do next. */
import type { ProblemLog } from './problems';

/** The file cannot be read: missing, a directory, no permission, damaged compression. */
export class PairsFileError extends Error {
  override readonly name = 'PairsFileError';

  constructor(readonly file: string, problem: string, nextStep: string, options?: ErrorOptions) {
    super(`Cannot read the preference pairs in ${file}: ${problem}. ${nextStep}`, options);
  }
}

/** The file was read to its end, and too few of its lines are preference pairs. */
export class NoUsablePairsError extends Error {
  override readonly name = 'NoUsablePairsError';

  constructor(readonly file: string, readonly linesRead: number, usable: number, problems: ProblemLog, hint?: string) {
    const found = usable === 0 ? 'no usable preference pair' : 'only one usable preference pair (two are the least: one to train on, one held out)';
    // Each line is a sentence of its own: where a message is shown on one line, it still reads.
    super([
      `${file} holds ${found}; lines read: ${linesRead}.`,
      ...problems.byReason().slice(0, 5).map(({ reason, count }) => `Skipped: ${count} × ${reason}.`),
      ...problems.first.slice(0, 3).map(({ line, reason }) => `Line ${line}: ${reason}.`),
      ...(hint === undefined ? [] : [hint]),
      'Accepted, one JSON object a line: {"chosen", "rejected"} as whole dialogues ("\\n\\nHuman: … \\n\\nAssistant: …"),',
      'or {"prompt", "chosen", "rejected"} as strings or as lists of {"role", "content"}; see docs/data.md.',
    ].join('\n'));
  }
}

/** The next step for an error of the file system or of the decompressor. */
export function fileError(file: string, error: unknown): PairsFileError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [problem, nextStep] = explain(code, error);
  return new PairsFileError(file, problem, nextStep, { cause: error });
}

function explain(code: string, error: unknown): [problem: string, nextStep: string] {
  if (code.startsWith('Z_')) return ['its gzip data are damaged or cut off', 'Copy or download it again, and check it with "gzip -t".'];
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return ['there is no such file', 'Check "task.pairs" in the experiment file; the path is relative to that file.'];
    case 'EISDIR':
      return ['it is a directory', 'Name the .jsonl or .jsonl.gz file inside it in "task.pairs".'];
    case 'EACCES':
    case 'EPERM':
      return ['permission is denied', 'Make it readable for the user who runs the training.'];
    default:
      return [error instanceof Error ? error.message : String(error), 'Check that the file can be opened on this machine.'];
  }
}
