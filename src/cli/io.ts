/** The two streams of a command: documents and results on standard output, everything else on standard error. */
import { createColors, type Colors } from './colors';

export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly outColumns: number;
  readonly outColors: Colors;
  readonly errStream: NodeJS.WriteStream | undefined;
  /** Standard error is a terminal: bars may be drawn and redrawn there. */
  readonly isErrTerminal: boolean;
}

const DEFAULT_COLUMNS = 100;

/** NO_COLOR (no-color.org) is obeyed, and colour is never the only sign of anything. */
export const processIo = (): Io => ({
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  outColumns: process.stdout.columns ?? DEFAULT_COLUMNS,
  outColors: createColors(process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === ''),
  errStream: process.stderr,
  isErrTerminal: process.stderr.isTTY === true,
});

/**
 * `alignment-gap export … | head` closes the pipe early: that is the reader's right, and no error. Anything else that a
 * stream cannot take (a full disk behind `>`) is one.
 */
export function handleBrokenStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      if (stream === process.stdout) process.stderr.write(`alignment-gap: The result cannot be written to standard output: ${error.message}\n  next:  Free some space, or write elsewhere.\n`);
      process.exit(1);
    });
  }
}
