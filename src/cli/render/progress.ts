/** Progress on standard error: bars on a terminal, a line every few seconds elsewhere (a log, a Slurm node, CI). */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { LaunchEvent } from '../../launch';
import type { Io } from '../io';
import { duration } from './format';
import { oneLine } from './table';
import { advance, jobLine, totalFraction, type JobState, type WorkState } from './work';

export interface ProgressView {
  readonly onEvent: (event: LaunchEvent) => void;
  readonly close: () => void;
}

const LINE_EVERY_MS = 5000;

/** @param jobs how many stages and runs there are in all. */
export const progressView = (io: Io, jobs: number): ProgressView => (io.isErrTerminal ? bars(io, jobs) : lines(io, jobs));

function lines(io: Io, jobs: number): ProgressView {
  const began = Date.now();
  let state: WorkState = new Map();
  const say = (text: string) => io.err(`[${duration((Date.now() - began) / 1000)}] ${oneLine(text)}\n`);
  const timer = setInterval(() => {
    const running = [...state.values()].filter((job) => job.state === 'running');
    if (running.length > 0) say(`${Math.round(100 * totalFraction(state, jobs))}%  ${running.map(jobLine).join('   ')}`);
  }, LINE_EVERY_MS);
  return {
    onEvent(event) {
      state = advance(state, event);
      if (event.kind === 'note') say(event.message);
      const job = changedJob(state, event);
      if (job !== undefined) say(jobLine(job));
    },
    close: () => clearInterval(timer),
  };
}

/** The job that began or ended by this event. */
function changedJob(state: WorkState, event: LaunchEvent): JobState | undefined {
  switch (event.kind) {
    case 'stage-started':
    case 'stage-ended':
      return state.get(`stage:${event.stage}`);
    case 'run-started':
    case 'run-ended':
      return state.get(`run:${event.name}`);
    case 'note':
    case 'stage-progress':
    case 'run-progress':
      return undefined;
  }
}

const LABEL_WIDTH = 22;

function bars(io: Io, jobs: number): ProgressView {
  const multi = new MultiBar({
    format: '{label} {bar} {percentage}%  {detail}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    ...(io.errStream === undefined ? {} : { stream: io.errStream }),
  });
  const began = Date.now();
  const open = new Map<string, SingleBar>();
  const total = multi.create(1000, 0, { label: 'all'.padEnd(LABEL_WIDTH), detail: '' });
  let state: WorkState = new Map();
  const log = (text: string) => multi.log(`${oneLine(text)}\n`);
  const draw = () => total.update(Math.round(1000 * totalFraction(state, jobs)), { detail: duration((Date.now() - began) / 1000) });
  const timer = setInterval(draw, 1000);
  const drawJob = (job: JobState) => {
    const bar = open.get(job.id);
    if (job.state === 'running') {
      const shown = bar ?? multi.create(1000, 0, { label: '', detail: '' });
      open.set(job.id, shown);
      shown.update(Math.round(1000 * job.fraction), { label: oneLine(job.label).slice(0, LABEL_WIDTH).padEnd(LABEL_WIDTH), detail: oneLine(job.detail) });
      return;
    }
    if (bar !== undefined) multi.remove(bar);
    open.delete(job.id);
  };
  return {
    onEvent(event) {
      const before = state;
      state = advance(state, event);
      if (event.kind === 'note') log(event.message);
      for (const job of state.values()) if (before.get(job.id) !== job) drawJob(job);
      const changed = changedJob(state, event);
      if (changed !== undefined && changed.state !== 'running') log(jobLine(changed));
      draw();
    },
    close() {
      clearInterval(timer);
      multi.stop();
    },
  };
}
