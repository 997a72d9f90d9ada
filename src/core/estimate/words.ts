/** An estimate as people read it: no more digits than it is worth. */
import type { StudyEstimate } from './study';

/** `8 s`, `1 min 50 s`, `25 min`, `2 h 10 min`. */
export function roughTime(seconds: number): string {
  if (seconds < 20) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 57.5) return `${5 * Math.round(seconds / 5)} s`;
  const tens = Math.round(seconds / 10);
  if (tens < 60) return tens % 6 === 0 ? `${tens / 6} min` : `${Math.floor(tens / 6)} min ${10 * (tens % 6)} s`;
  const minutes = seconds < 5400 ? Math.round(seconds / 60) : 10 * Math.round(seconds / 600);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours === 0 ? `${rest} min` : `${hours} h${rest === 0 ? '' : ` ${rest} min`}`;
}

const processes = (jobs: number) => `${jobs} ${jobs === 1 ? 'process' : 'processes'}`;

/** `about 2 min on 2 processes`: for a line that holds other things too. */
export const shortEstimate = ({ seconds, jobs }: Pick<StudyEstimate, 'seconds' | 'jobs'>): string => `about ${roughTime(seconds < 60 ? seconds : 60 * Math.ceil(seconds / 60 - 0.25))} on ${processes(jobs)}`;

/** `about 1 min 50 s on 2 processes (shared stages 35 s, 10 runs of 12 s)` */
export function longEstimate(estimate: StudyEstimate): string {
  const { seconds, jobs, stages, stagesSeconds, runs } = estimate;
  const shared = stages.length === 0 || stages.every(({ isThere }) => isThere) ? 'shared stages are there' : `shared stages ${roughTime(stagesSeconds)}`;
  const times = [...new Set(runs.map((run) => run.wallSeconds).sort((a, b) => a - b).map(roughTime))];
  const range = times.length > 1 ? `${times[0] ?? ''} to ${times.at(-1) ?? ''}` : (times[0] ?? '');
  const each = runs.length === 0 ? 'no run is left' : `${runs.length} ${runs.length === 1 ? 'run' : 'runs'} of ${range}`;
  return `about ${roughTime(seconds)} on ${processes(jobs)} (${shared}, ${each})`;
}
