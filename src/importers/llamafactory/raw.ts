/** One line of LLaMA-Factory's `trainer_log.jsonl`; what is None is left out by its writer. */

export interface LogLine {
  /** Optimizer updates. */
  readonly current_steps: number;
  readonly total_steps?: number;
  /** Under their own names: loss, eval_loss, reward, accuracy (of the training batch), lr (old: learning_rate), epoch, throughput … */
  readonly numbers: Readonly<Record<string, number>>;
  /** Seconds since this process began; it begins at zero again when a run is resumed. */
  readonly elapsed?: number;
}

const CLOCK = /^(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)(?:\.\d+)?$/;

/** `0:01:40` or `3 days, 17:51:32` as seconds. */
export function secondsOf(text: unknown): number | undefined {
  const [whole, days = '0', hours, minutes, seconds] = (typeof text === 'string' ? CLOCK.exec(text) : null) ?? [];
  if (whole === undefined) return undefined;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}
