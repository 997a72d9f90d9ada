/**
 * Simulated studies whose truth is known: do 95% intervals hold it in 95% of them? Fixed seeds. With 200 studies the figure
 * itself has a standard error of 0.015, so 0.95 ± 0.03 is what a right interval gives. `SIMULATED_STUDIES=1000` asks for more.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { performanceGap, type GapSummary } from '../../../../src/core/analysis';
import { RandomStream } from '../../../../src/core/random';
import { OFFLINE, ONLINE, settlingKls, simulateStudy } from './support';

const STUDIES = Number(process.env.SIMULATED_STUDIES ?? 200);
const RESAMPLES = 120;
/** Half a minute of processor time in all; the machine may have other things to do. */
const PATIENCE = 600_000;

type Curve = (kl: number) => number;

interface Setting {
  readonly name: string;
  readonly online: Curve;
  readonly offline: Curve;
  readonly seeds: number;
  readonly seedSpread: number;
  readonly prompts: number;
}

const compare = ({ online, offline, seeds, seedSpread, prompts }: Setting, study: number): GapSummary =>
  performanceGap(simulateStudy({ study, online, offline, seeds, seedSpread, prompts }), { resamples: RESAMPLES }).gap ?? expect.fail('no gap');

/** Over the KLs that this study's arms share: the quantity that its interval is of. */
function trueMean({ online, offline }: Setting, { overlap }: GapSummary): number {
  const { low, high } = overlap ?? { low: NaN, high: NaN };
  const values = Array.from({ length: 201 }, (_, i) => low + ((high - low) * i) / 200).map((kl) => online(kl) - offline(kl));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Peak against peak of the population of seeds: of each seed, with its own effect and KLs, the highest true win rate of a checkpoint. */
function truePeak({ online, offline, seedSpread }: Setting): number {
  const random = RandomStream.of(1, 'population of seeds');
  const peak = (curve: Curve, end: number): number => {
    const effect = seedSpread * random.normal();
    return Math.max(...settlingKls(end, 0.05 * random.normal()).map((kl) => curve(kl) + effect * Math.sqrt(kl)));
  };
  let sum = 0;
  for (let i = 0; i < 20000; i += 1) sum += peak(online, 4) - peak(offline, 3.5);
  return sum / 20000;
}

const holds = (interval: { low: number; high: number } | null, truth: number): number => Number(interval !== null && interval.low <= truth && truth <= interval.high);

describe('95% intervals of simulated studies', () => {
  // Measured (200 studies, 120 resamples): the figures stand in docs/analysis.md.
  it.each<Setting & { readonly range: readonly [number, number] }>([
    { name: 'five seeds', online: ONLINE, offline: OFFLINE, seeds: 5, seedSpread: 0.03, prompts: 128, range: [0.92, 0.985] },
    { name: 'ten seeds', online: ONLINE, offline: OFFLINE, seeds: 10, seedSpread: 0.03, prompts: 128, range: [0.92, 0.985] },
    { name: 'five seeds alike, so that prompts make the noise', online: ONLINE, offline: OFFLINE, seeds: 5, seedSpread: 0.005, prompts: 128, range: [0.92, 0.985] },
  ])('hold the true differences: $name', async (setting) => {
    const peak = truePeak(setting);
    const held = { peak: 0, mean: 0 };
    for (let study = 0; study < STUDIES; study += 1) {
      // The test runner asks its worker for a sign of life, and takes a minute's silence for its end.
      await breathe();
      const two = compare(setting, study);
      held.peak += holds(two.peak, peak);
      held.mean += holds(two.mean, trueMean(setting, two));
    }
    console.info(`${setting.name}: of ${STUDIES} studies the interval held the true peak difference in ${held.peak}, the true mean at matched KL in ${held.mean}.`);
    for (const count of [held.peak, held.mean]) {
      expect(count / STUDIES).toBeGreaterThanOrEqual(setting.range[0]);
      expect(count / STUDIES).toBeLessThanOrEqual(setting.range[1]);
    }
  }, PATIENCE);

  it.each([{ seeds: 3, seedSpread: 0.03 }, { seeds: 5, seedSpread: 0.03 }])('find no gap between two arms that are the same: $seeds seeds', async ({ seeds, seedSpread }) => {
    const setting: Setting = { name: '', online: ONLINE, offline: ONLINE, seeds, seedSpread, prompts: 128 };
    const held = { mean: 0, log: 0 };
    for (let study = 0; study < STUDIES; study += 1) {
      await breathe();
      const two = compare(setting, study);
      held.mean += holds(two.mean, 0);
      held.log += holds(two.meanLogKl, 0);
    }
    console.info(`${seeds} seeds, the same curve twice: zero was held by ${held.mean} of ${STUDIES} intervals of the mean over KL, ${held.log} of the area over log KL.`);
    for (const count of [held.mean, held.log]) {
      expect(count / STUDIES).toBeGreaterThanOrEqual(0.92);
      expect(count / STUDIES).toBeLessThanOrEqual(0.985);
    }
  }, PATIENCE);
});
