/** The page of a study's verdict in a real browser, under the real policy. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { VerdictMessage } from '../../../src/core/protocol/verdict';
import { verdictFigure, verdictFile } from '../../fixtures/verdict';
import { findChromium, launchChromium, openPanel, type OpenedPanel, type OpenOptions } from '../../harness-webview/page';
import type { ThemeName } from '../../harness-webview/themes';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const chromium = findChromium();
let browser: Browser | undefined;
beforeAll(async () => {
  if (chromium === undefined) console.warn('Chromium was not found: the page of a verdict is not checked in a browser. Install it, or name it in CHROMIUM_PATH.');
  else browser = await launchChromium(chromium);
}, 60_000);
afterAll(() => browser?.close());

function message(svg = verdictFigure()): VerdictMessage {
  const { figures, ...card } = verdictFile();
  return { type: 'verdict', card, figures: figures.map((figure) => ({ ...figure, svg })), there: ['study/online-s1'], restore: 'study:/runs/coverage' };
}

async function withPage(context: TestContext, options: OpenOptions, check: (panel: OpenedPanel) => Promise<void>, first: object = message()): Promise<void> {
  if (!browser) return context.skip('no Chromium');
  const opened = await openPanel(browser, 'verdict', { width: 1440, ...options });
  try {
    await opened.post(first);
    await check(opened);
    expect(opened.problems).toEqual([]);
    expect((await opened.sent()).filter(({ type }) => type === 'failed')).toEqual([]);
  } finally {
    await opened.page.close();
  }
}

const fillOf = ({ page }: OpenedPanel, selector: string, property: 'fill' | 'stroke'): Promise<string> =>
  page.locator(selector).first().evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

describe.each<ThemeName>(['dark', 'light', 'high-contrast'])('in the %s theme', (theme) => {
  it('has no accessibility violation, and the figure takes the theme’s own colours', async (context) => {
    await withPage(context, { theme }, async (panel) => {
      await panel.page.locator('figure svg.ag-chart').waitFor();
      await panel.page.evaluate(AXE);
      const found = await panel.page.evaluate(async () => {
        const { axe } = window as unknown as { axe: { run(root: Document): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
        return (await axe.run(document)).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
      });
      expect(found).toEqual([]);
      const page = await panel.page.evaluate(() => ({ back: getComputedStyle(document.body).backgroundColor, text: getComputedStyle(document.body).color }));
      expect(await fillOf(panel, '.ag-back', 'fill')).toBe(page.back);
      expect(await fillOf(panel, '.ag-label', 'fill')).toBe(page.text);
      expect(await fillOf(panel, 'path.ag-c0', 'stroke')).not.toBe(await fillOf(panel, 'path.ag-c1', 'stroke'));
    });
  });
});

describe('the page', () => {
  it('shows verdict, claims with their numbers, and figures beside them', async (context) => {
    await withPage(context, {}, async ({ page }) => {
      expect(await page.locator('[data-overall]').innerText()).toMatch(/undecided/);
      expect(await page.locator('.claims li').evaluateAll((items) => items.map((item) => item.getAttribute('data-verdict')))).toEqual(['supports', 'undecided', 'against', 'undecided']);
      expect(await page.locator('.claims li').first().innerText()).toContain('+3.8 points [+0.8, +6.8]');
      expect(await page.locator('.claims .interval-bar').count()).toBe(3);
      const [card, figures] = await Promise.all(['.claims', 'figure'].map((selector) => page.locator(selector).first().boundingBox()));
      expect(figures?.x).toBeGreaterThan((card?.x ?? 0) + (card?.width ?? 0));
      expect(await page.getByText('The curves do not cross.').count()).toBe(1);
    });
  });

  it('opens a run that is there, and offers none that is gone', async (context) => {
    await withPage(context, {}, async (panel) => {
      const { page } = panel;
      await page.getByRole('button', { name: 'study/online-s1' }).click();
      const request = (await panel.sent()).find(({ type }) => type === 'openRun');
      expect(request).toMatchObject({ run: 'study/online-s1' });
      expect(await page.getByRole('button', { name: 'study/gone' }).count()).toBe(0);
      await panel.post({ type: 'reply', request: request?.request, result: { ok: false, error: 'The run is not there any more.' } });
      expect(await page.getByRole('alert').textContent()).toContain('not there any more');
    });
  });

  it('never draws what somebody wrote into the figure, and says so where nothing is left', async (context) => {
    const hostile = verdictFigure().replace('</svg>', '<script>document.title="owned"</script><image href="https://example.org/x.png"/><g onclick="document.title=1" style="fill:red"></g></svg>');
    await withPage(context, {}, async (panel) => {
      const { page } = panel;
      await page.locator('figure svg').waitFor();
      expect(await page.locator('figure').evaluate((figure) => figure.querySelectorAll('script, image, [onclick], [style]').length)).toBe(0);
      expect(await page.title()).not.toBe('owned');
      await panel.post(message('<svg><!-- edited --></svg>'));
      await page.getByText('coverage-kl.svg is not the figure that the study wrote.').waitFor();
    }, message(hostile));
  });

  it('stays in one column where there is no room for two', async (context) => {
    await withPage(context, { width: 480 }, async ({ page }) => {
      await page.locator('figure svg').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(480);
    });
  });

  it('says why there is no card', async (context) => {
    await withPage(context, {}, async ({ page }) => {
      expect(await page.getByRole('alert').textContent()).toBe('There is no verdict.json.');
    }, { type: 'verdictFailed', error: 'There is no verdict.json.' });
  });
});
