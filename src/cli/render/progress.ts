/** Progress on standard error: bars on a terminal, a line every few seconds elsewhere (a log, a Slurm node, CI). */
import { MultiBar } from 'cli-progress';
import type { LaunchEvent } from '../../launch';
import type { Io } from '../io';
import { duration } from './format';
import { oneLine } from './table';
import { TimeLeft, timeLeftText } from '../../launch/timeLeft';
import { advance, jobLine, timedJobs, totalFraction, type JobState, type PlannedJob, type WorkState } from './work';

export interface ProgressView {
  /** @param within of an experiment of several: its name and a slash */
  readonly onEvent: (event: LaunchEvent, within?: string) => void;
  readonly close: () => void;
}

const LINE_EVERY_MS = 5000;

export interface Amount {
  /** Stages and runs in all. */
  readonly planned: readonly PlannedJob[];
  /** Of these, at most so many at a time. */
  readonly limit: number;
}

export const progressView = (io: Io, amount: Amount): ProgressView => (io.isErrTerminal ? bars(io, amount) : lines(io, amount));

function lines(io: Io, { planned, limit }: Amount): ProgressView {
  const clock = new TimeLeft();
  const began = Date.now();
  let state: WorkState = new Map();
  const say = (text: string) => io.err(`[${duration((Date.now() - began) / 1000)}] ${oneLine(text)}\n`);
  const timer = setInterval(() => {
    const running = [...state.values()].filter((job) => job.state === 'running');
    const left = timeLeftText(clock.observe(timedJobs(planned, state), Date.now(), limit));
    if (running.length > 0) say(`${Math.round(100 * totalFraction(state, planned.length))}%  ${left}  ${running.map(jobLine).join('   ')}`);
  }, LINE_EVERY_MS);
  return {
    onEvent(event, within = '') {
      state = advance(state, event, within);
      clock.observe(timedJobs(planned, state), Date.now(), limit);
      if (event.kind === 'note') say(event.message);
      const job = changedJob(state, event, within);
      if (job !== undefined) say(jobLine(job));
    },
    close: () => clearInterval(timer),
  };
}

/** The job that began or ended by this event. */
function changedJob(state: WorkState, event: LaunchEvent, within: string): JobState | undefined {
  switch (event.kind) {
    case 'stage-started':
    case 'stage-ended':
      return state.get(`stage:${within}${event.stage}`);
    case 'run-started':
    case 'run-ended':
      return state.get(`run:${within}${event.name}`);
    case 'note':
    case 'stage-progress':
    case 'run-progress':
      return undefined;
  }
}

const LABEL_WIDTH = 22;
/** Erases the rest of a line: what is logged is written over bars drawn before. */
const ERASE_RIGHT = '\u001b[K';

interface Payload {
  readonly label: string;
  readonly detail: string;
}

function newMultiBar(io: Io): MultiBar {
  return new MultiBar({
    format: (options, { progress }, { label, detail }: Payload) => {
      if (label === '') return '';
      const filled = Math.round(progress * (options.barsize ?? 24));
      const bar = `${'█'.repeat(filled)}${'░'.repeat((options.barsize ?? 24) - filled)}`;
      return `${label.slice(0, LABEL_WIDTH).padEnd(LABEL_WIDTH)} ${bar} ${String(Math.floor(100 * progress)).padStart(3)}%  ${detail}`;
    },
    barsize: 24,
    hideCursor: true,
    linewrap: false,
    clearOnComplete: true,
    // A bar whose text did not change has moved all the same when something was logged above it.
    forceRedraw: true,
    // Ctrl-C is ours (cli/signals.ts): the bars stay while the runs save.
    gracefulExit: false,
    ...(io.errStream === undefined ? {} : { stream: io.errStream }),
  });
}

/** One bar for the whole and one for each process that may run: their number never changes, only what they stand for. */
function bars(io: Io, { planned, limit }: Amount): ProgressView {
  const clock = new TimeLeft();
  const multi = newMultiBar(io);
  const began = Date.now();
  // A new object each time: the bars write into the one they are given.
  const idle = (): Payload => ({ label: '', detail: '' });
  const total = multi.create(1000, 0, { label: 'all', detail: '' } satisfies Payload);
  const slots = Array.from({ length: limit }, () => ({ bar: multi.create(1000, 0, idle()), job: '' }));
  let state: WorkState = new Map();
  const log = (text: string) => multi.log(`${oneLine(text)}${ERASE_RIGHT}\n`);
  const draw = () => {
    const left = timeLeftText(clock.observe(timedJobs(planned, state), Date.now(), limit));
    total.update(Math.round(1000 * totalFraction(state, planned.length)), { label: 'all', detail: `${duration((Date.now() - began) / 1000)}, ${left}` } satisfies Payload);
  };
  const timer = setInterval(draw, 1000);
  const drawJob = (job: JobState) => {
    const slot = slots.find((one) => one.job === job.id) ?? (job.state === 'running' ? slots.find((one) => one.job === '') : undefined);
    if (slot === undefined) return;
    slot.job = job.state === 'running' ? job.id : '';
    slot.bar.update(Math.round(1000 * job.fraction), slot.job === '' ? idle() : ({ label: oneLine(job.label), detail: oneLine(job.detail) } satisfies Payload));
  };
  return {
    onEvent(event, within = '') {
      const before = state;
      state = advance(state, event, within);
      if (event.kind === 'note') log(event.message);
      for (const job of state.values()) if (before.get(job.id) !== job) drawJob(job);
      const changed = changedJob(state, event, within);
      if (changed !== undefined && changed.state !== 'running') log(jobLine(changed));
      draw();
    },
    close() {
      clearInterval(timer);
      // What was logged last is written by an update only.
      multi.update();
      multi.stop();
    },
  };
}
