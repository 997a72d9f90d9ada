/** What a person does again and again: wait for something to be so, point at a row, choose from its menu. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import type { World } from '../../harness/journey';

/** Trained for real, on a machine that may be several times slower than the one it was written on. */
export const TRAINING_MS = 240_000;

/** Polls until `look` answers with something, which is returned; says what was awaited, and why the last look failed. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false, ms = 30_000): Promise<T> {
  let trouble: unknown;
  for (const end = Date.now() + ms; Date.now() < end; await pause(200)) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      trouble = undefined;
    } catch (error) {
      trouble = error; // a row or a page that is drawn anew at this moment: look again
    }
  }
  throw new Error(`it did not happen within ${ms / 1000} s: ${what}`, { cause: trouble });
}

/** A live tree draws its rows anew under the pointer, and builds a menu when it opens: what fails is tried again. */
async function again(what: string, act: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await act();
      return;
    } catch (error) {
      if (attempt === 6) throw new Error(`could not be done: ${what}`, { cause: error });
    }
  }
}

const PATIENCE = { timeout: 4000 };
/** VS Code ignores a click that comes within 100 ms of its menu, which nobody but a fast machine does. */
const MENU_DEAF_MS = 300;

/** An action beside a row's name, there while the pointer is on the row. */
export function inlineAction(w: World, row: RegExp, action: string): Promise<void> {
  return again(`${action} beside ${row.source}`, async () => {
    await w.treeItem(row).hover(PATIENCE);
    await w.treeItem(row).locator('.actions').getByRole('button', { name: action, exact: true }).click(PATIENCE);
  });
}

export function chooseFromMenu(w: World, row: RegExp, item: string): Promise<void> {
  return again(`"${item}" in the menu of ${row.source}`, async () => {
    await w.page.keyboard.press('Escape'); // a menu left open by the try before
    await w.treeItem(row).click({ button: 'right', ...PATIENCE });
    const entry = w.page.getByRole('menuitem', { name: item, exact: true });
    await entry.waitFor(PATIENCE);
    await pause(MENU_DEAF_MS);
    await entry.click(PATIENCE);
    await entry.waitFor({ state: 'hidden', ...PATIENCE });
  });
}

export async function expand(w: World, row: RegExp): Promise<void> {
  const item = w.treeItem(row);
  await item.waitFor();
  if ((await item.getAttribute('aria-expanded')) === 'false') await item.locator('.monaco-tl-twistie').click();
  await until(`${row.source} is open`, async () => (await item.getAttribute('aria-expanded')) === 'true');
}

/** Icons of a row are drawn by class: `loading`, `pass`, `debug-pause`. */
export const rowIcon = (row: Locator, codicon: string): Locator => row.locator(`.codicon-${codicon}`).first();

/**
 * Starts a file of the workspace as it is, from the palette, where the command reads exactly as the issue asks.
 * @param beforeStart looks at the last step before it is taken
 */
export async function startFromPalette(w: World, experiment: string, beforeStart?: () => Promise<void>): Promise<void> {
  await w.runCommand('Run alignment experiment');
  await w.pick(new RegExp(`^\\s*${experiment}\\s*$`));
  await beforeStart?.();
  await w.pick(/^\s*Start as it is\s*$/);
}

/** The full-precision number behind a cell or headline of our page. */
export async function numberAt(locator: Locator): Promise<number> {
  const text = await locator.getAttribute('data-value', { timeout: 20_000 });
  assert.notEqual(text, null, 'the element has no data-value');
  return Number(text);
}

export function json<T>({ status, stdout, stderr }: ReturnType<World['cli']>): T {
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as T;
}
