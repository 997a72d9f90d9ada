import type { Run } from '../../core/run/types';

/** A sign and a word: the sign for the quick eye, the word for everybody. */
export function statusText({ status }: Pick<Run, 'status'>): string {
  switch (status) {
    case 'queued':
      return '◌ queued';
    case 'running':
      return '▶ running';
    case 'finished':
      return '✔ finished';
    case 'stopped':
      return '■ stopped';
    case 'failed':
      return '✖ failed';
    case 'lost':
      return '? lost';
  }
}
