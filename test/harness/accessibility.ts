/** axe-core inside the extension's own page. Its rules see contrast only if our body paints a background of its own. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type * as AxeCore from 'axe-core';
import type { Frame } from 'playwright-core';
import { repository } from './toolchain';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @returns one line for each violation, naming rule, impact and elements; empty when there is none. Throws if no rule applied. */
export async function accessibilityViolations(frame: Frame): Promise<string[]> {
  await frame.evaluate(readFileSync(path.join(repository, 'node_modules/axe-core/axe.min.js'), 'utf8'));
  const results = await frame.evaluate<AxeCore.AxeResults, string[]>(async (standards) => {
    const { axe } = window as unknown as { axe: typeof AxeCore };
    return axe.run(document, { runOnly: standards });
  }, STANDARDS);
  if (results.passes.length === 0) throw new Error('axe-core found no rule that applies: is the page empty?');
  return results.violations.map(({ id, impact, nodes }) => {
    const places = nodes.slice(0, 4).map((node) => `${node.target.join(' ')} (${node.failureSummary?.replace(/\s+/g, ' ') ?? ''})`);
    return `${impact ?? 'unknown'} ${id}: ${places.join('; ')}`;
  });
}
