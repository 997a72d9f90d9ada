/** Ctrl-C once: stop in order; twice: kill. The same for being told to end by the system or a closing terminal. */
import type { Io } from './io';

export interface StopSignals {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  readonly dispose: () => void;
}

export function listenForStop(io: Io): StopSignals {
  const [stop, kill] = [new AbortController(), new AbortController()];
  const onSignal = () => {
    if (stop.signal.aborted) {
      kill.abort();
      return;
    }
    io.err('\nStopping: each run finishes its step and saves. Press Ctrl-C again to kill them instead.\n');
    stop.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    stop: stop.signal,
    kill: kill.signal,
    dispose: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
