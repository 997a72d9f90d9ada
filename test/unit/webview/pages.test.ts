/** The real pages in a real browser, under the real policy: what is drawn, what is said, what a key does. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { diffRuns, performanceGap } from '../../../src/core/analysis';
import { encodeRun, toComparisonView, toGapView, type HostToDashboard } from '../../../src/core/protocol';
import { runDocument } from '../../../src/core/run/document';
import { syntheticDiff, syntheticRun, syntheticStudy, trueGap } from '../../fixtures/study';
import { findChromium, launchChromium, openPanel, type OpenedPanel, type OpenOptions, type PanelName } from '../../harness-webview/page';
import type { ThemeName } from '../../harness-webview/themes';

const THEMES: readonly ThemeName[] = ['dark', 'light', 'high-contrast'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const chromium = findChromium();
let browser: Browser | undefined;

beforeAll(async () => {
  if (chromium === undefined) console.warn('Chromium was not found: the pages are not checked in a browser. Install it, or name it in CHROMIUM_PATH.');
  else browser = await launchChromium(chromium);
}, 60_000);
afterAll(() => browser?.close());

const runs = syntheticStudy();
const snapshot = (change: Partial<Extract<HostToDashboard, { type: 'snapshot' }>> = {}): HostToDashboard => ({
  type: 'snapshot', subject: { kind: 'experiment', title: 'Synthetic study' }, runs: runs.map((run) => encodeRun(run)), gap: trueGap(runs), stages: [], canControl: true, readAt: Date.now(), restore: 'experiment:/runs/synthetic', ...change,
});
const [online, offline] = [syntheticRun('online', 1), syntheticRun('offline', 1)];
const comparison = { type: 'comparison', view: toComparisonView(offline, online, syntheticDiff(offline, online), ['seed']), readAt: 1, restore: 'comparison:a:b' };

/** Opens a page, hands it over, and expects that nothing on the way was an error or against the policy. */
async function withPanel(context: TestContext, panel: PanelName, options: OpenOptions, check: (panel: OpenedPanel) => Promise<void>): Promise<void> {
  if (!browser) return context.skip('no Chromium');
  const opened = await openPanel(browser, panel, options);
  try {
    await check(opened);
    expect(opened.problems).toEqual([]);
    expect((await opened.sent()).filter(({ type }) => type === 'failed')).toEqual([]);
  } finally {
    await opened.page.close();
  }
}

async function violations({ page }: OpenedPanel): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(root: Document): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const { violations: found } = await axe.run(document);
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

describe.each(THEMES)('in the %s theme', (theme) => {
  it('the dashboard has no accessibility violation', async (context) => {
    await withPanel(context, 'dashboard', { theme }, async (panel) => {
      await panel.post(snapshot());
      await panel.page.locator('[data-chart=frontier] .picture').press('t');
      await panel.page.getByRole('button', { name: 'Columns…' }).click();
      await panel.page.locator('.popover').waitFor();
      expect(await violations(panel)).toEqual([]);
    });
  });

  it('the comparison has no accessibility violation', async (context) => {
    await withPanel(context, 'comparison', { theme }, async (panel) => {
      await panel.post(comparison);
      await panel.page.locator('.outcome').waitFor();
      expect(await violations(panel)).toEqual([]);
    });
  });
});

describe('the dashboard', () => {
  it('shows each number of show --json, unrounded, where its label says', async (context) => {
    await withPanel(context, 'dashboard', {}, async (panel) => {
      await panel.post(snapshot());
      const run = runs[3];
      if (!run) throw new Error('the study has six runs');
      const { checkpoints } = runDocument(run) as { checkpoints: { step: number; metrics: Record<string, { value: number }> }[] };
      const last = checkpoints.at(-1);
      for (const metric of ['kl', 'winRate', 'policyAccuracy']) {
        const cell = panel.page.locator(`.checkpoints td[data-metric=${metric}][data-run="${run.id}"][data-step="${last?.step ?? ''}"]`);
        expect(Number(await cell.getAttribute('data-value'))).toBe(last?.metrics[metric]?.value);
      }
      expect(await panel.page.locator('.checkpoints td[data-metric=winRate]').first().textContent()).toMatch(/^0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]$/);
    });
  });

  it('draws what the analysis found', async (context) => {
    await withPanel(context, 'dashboard', {}, async (panel) => {
      const gap = toGapView(performanceGap(runs, { resamples: 100 }));
      await panel.post(snapshot({ gap }));
      const shown = await panel.page.locator('.headlines li[data-metric="gap.mean"]').getAttribute('data-value');
      expect(shown === null ? null : Number(shown)).toBe(gap.mean?.value ?? null);
      for (const { metric, text } of gap.fits) expect(await panel.page.locator(`li[data-metric="${metric}"]`).textContent()).toContain(text);
    });
  });

  it('updates in place: the same canvas, and only the changed run anew', async (context) => {
    await withPanel(context, 'dashboard', {}, async (panel) => {
      const growing = (checkpoints: number) => encodeRun({ ...online, status: 'running', checkpoints: online.checkpoints.slice(0, checkpoints) });
      await panel.post(snapshot({ subject: { kind: 'run', title: online.name }, runs: [growing(3)] }));
      const canvas = await panel.page.locator('[data-chart=budget] canvas').elementHandle();
      const rows = panel.page.locator('.checkpoints tbody td[data-metric=kl]');
      const before = await rows.first().getAttribute('data-step');
      await panel.post({ type: 'runChanged', run: growing(4), readAt: Date.now() });
      await expect.poll(() => rows.first().getAttribute('data-step')).not.toBe(before);
      expect(await canvas?.evaluate((node) => node.isConnected)).toBe(true);
      expect(await panel.page.getByText('A gap is the online arm minus the offline arm').isVisible()).toBe(true);
    });
  });

  it('is worked by the keyboard: points are spoken, T shows the table, C copies it', async (context) => {
    await withPanel(context, 'dashboard', {}, async (panel) => {
      await panel.post(snapshot());
      const chart = panel.page.locator('[data-chart=budget] .picture');
      await chart.press('End');
      const spoken = panel.page.locator('[aria-live=polite]').last();
      await expect.poll(() => spoken.textContent()).toMatch(/^online, mean of 3 seeds: KL ÷ budget \d+% \[\d+%, \d+%\] at Step 500$/);
      await chart.press('ArrowDown');
      await expect.poll(() => spoken.textContent()).toContain('offline, mean of 3 seeds');
      await chart.press('t');
      expect(await panel.page.locator('[data-chart=budget] table').count()).toBe(1);
      await chart.press('c');
      await expect.poll(async () => (await panel.sent()).find(({ type }) => type === 'copy')?.text).toMatch(/^series,Step,KL ÷ budget,low,high\n/);
    });
  });

  it('says what was refused by the host, and keeps what it shows', async (context) => {
    await withPanel(context, 'dashboard', {}, async (panel) => {
      await panel.post(snapshot({ runs: [encodeRun({ ...online, status: 'running' })] }));
      await panel.page.getByRole('button', { name: `Stop ${online.name}` }).click();
      const request = (await panel.sent()).find(({ type }) => type === 'stop')?.request;
      await panel.post({ type: 'reply', request, result: { ok: false, error: 'The process does not answer.' } });
      await panel.page.getByRole('alert').getByText('The process does not answer.').waitFor();
      expect(await panel.page.locator('.checkpoints').count()).toBe(1);
    });
  });

  it('offers nothing to stop where runs cannot be controlled', async (context) => {
    await withPanel(context, 'dashboard', {}, async (panel) => {
      await panel.post(snapshot({ canControl: false, runs: [encodeRun({ ...online, status: 'running' })] }));
      await panel.page.locator('.runs').waitFor();
      expect(await panel.page.getByRole('button', { name: /^(Stop|Resume) / }).count()).toBe(0);
    });
  });

  it('comes back as it was left, and hands the host its way back', async (context) => {
    const state = { klScale: 'linear', columns: ['kl'], rows: 'every', sort: { column: 'kl', descending: true }, hidden: [], tables: [] };
    await withPanel(context, 'dashboard', { state }, async (panel) => {
      await panel.post(snapshot());
      expect(await panel.page.locator('.checkpoints thead th').count()).toBe(3);
      const values = await panel.page.locator('.checkpoints td[data-metric=kl]').evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect(values).toHaveLength(66);
      await expect.poll(() => panel.page.evaluate(() => (window as unknown as { kept: { restore?: string } }).kept.restore)).toBe('experiment:/runs/synthetic');
    });
  });

  it('names the field that an absent value would need', async (context) => {
    await withPanel(context, 'dashboard', {}, async (panel) => {
      await panel.post(snapshot({ gap: undefined, runs: [encodeRun(syntheticRun('offline', 1, { without: ['kl', 'winRate'] }))] }));
      expect(await panel.page.locator('td.absent[data-metric=kl]').first().getAttribute('title')).toContain('objective/kl');
      expect(await panel.page.locator('[data-chart=frontier] .empty').textContent()).toContain('KL from the reference policy and a win rate');
    });
  });

  it('fetches the samples of a checkpoint on request, and says where the judges disagree', async (context) => {
    await withPanel(context, 'dashboard', {}, async (panel) => {
      await panel.post(snapshot());
      await panel.page.getByRole('button', { name: 'Show samples' }).click();
      const asked = async () => (await panel.sent()).find(({ type }) => type === 'samples');
      await expect.poll(asked).toMatchObject({ run: 'synthetic/offline-b0.1-s1', step: 500 });
      const request = await asked();
      const samples = [
        { step: 500, prompt: 'p', completion: '<b>c</b>', opponent: 'o', golden: 'loss', proxy: 'win' },
        { step: 500, prompt: 'q', completion: 'd', opponent: 'o', golden: 'win', proxy: 'win' },
      ];
      await panel.post({ type: 'reply', request: request?.request, result: { ok: true, value: { samples } } });
      await expect.poll(() => panel.page.locator('.samples tbody tr').allTextContents()).toEqual(['p<b>c</b>o✗ loss✓ win≠ proxy prefers it', 'qdo✓ win✓ winagree']);
      expect(await panel.page.locator('.finding[role=status]').textContent()).toBe('The judges disagree on 1 of 2 samples; on 1 the proxy alone prefers the completion.');
      await panel.page.getByText('Only where the judges disagree').click();
      await expect.poll(() => panel.page.locator('.samples tbody tr').count()).toBe(1);
    });
  });

  it('repaints when the theme changes, into exactly what that theme would have shown at first', async (context) => {
    const picture = ({ page }: OpenedPanel) => page.locator('[data-chart=budget] canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const pictures: string[] = [];
    for (const theme of ['light', 'dark'] as const) {
      await withPanel(context, 'dashboard', { theme }, async (panel) => {
        await panel.post(snapshot());
        await panel.page.locator('[data-chart=budget] canvas').waitFor();
        pictures.push(await picture(panel));
        await panel.setTheme('light');
        if (theme === 'dark') await expect.poll(() => picture(panel)).toBe(pictures[0]);
      });
    }
    if (browser) expect(pictures[1]).not.toBe(pictures[0]);
  });
});

describe('a message that is none', () => {
  it('is shown and reported, and breaks nothing', async (context) => {
    if (!browser) return context.skip('no Chromium');
    const panel = await openPanel(browser, 'dashboard');
    await panel.post(snapshot());
    await panel.post({ type: 'runChanged', run: 1 });
    await panel.page.getByRole('alert').waitFor();
    expect(await panel.page.locator('.checkpoints').count()).toBe(1);
    expect((await panel.sent()).filter(({ type }) => type === 'failed')).toHaveLength(1);
    expect(panel.problems).toEqual([]);
    await panel.page.close();
  });
});

describe('the comparison', () => {
  it('shows differences only, all fields on request, and never counts ignored ones', async (context) => {
    await withPanel(context, 'comparison', {}, async (panel) => {
      await panel.post(comparison);
      const fields = panel.page.getByRole('region', { name: 'Configuration fields' }).locator('.fields tbody tr');
      await expect.poll(() => fields.count()).toBe(3);
      await panel.page.getByText('Show all fields').click();
      await expect.poll(() => fields.count()).toBe(comparison.view.config.length);
    });
  });

  it('turns every delta round when A and B are swapped', async (context) => {
    await withPanel(context, 'comparison', {}, async (panel) => {
      await panel.post(comparison);
      const delta = panel.page.locator('.outcome tr[data-metric=winRate] [data-delta]');
      const before = Number(await delta.getAttribute('data-delta'));
      await panel.page.getByRole('button', { name: 'Swap' }).click();
      await expect.poll(async () => Number(await delta.getAttribute('data-delta'))).toBe(-before);
      expect(await panel.page.locator('.card[data-letter=A]').getAttribute('data-run')).toBe(online.id);
      await panel.page.getByRole('button', { name: 'Open native diff' }).click();
      expect((await panel.sent()).find(({ type }) => type === 'openNativeDiff')).toEqual({ type: 'openNativeDiff', left: online.id, right: offline.id });
    });
  });

  it('draws what the analysis found', async (context) => {
    await withPanel(context, 'comparison', {}, async (panel) => {
      const view = toComparisonView(offline, online, diffRuns(offline, online));
      await panel.post({ ...comparison, view });
      await expect.poll(() => panel.page.locator('h1').textContent()).toBe(`${offline.name} and ${online.name}`);
    });
  });
});
