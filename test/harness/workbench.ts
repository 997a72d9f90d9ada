/** What a person does in the workbench: open it, run a command from the palette, switch the theme. */
import type { Locator, Page } from 'playwright-core';
import type { Server } from './server';

export type Scheme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';
export const SCHEMES: readonly Scheme[] = ['dark', 'light', 'high-contrast', 'high-contrast-light'];

const WORKBENCH_MS = 90_000;

/** The workbench's address; `payload` holds the key-value pairs that its web edition reads. */
export function workbenchUrl(server: Server, folder: string, payload: readonly (readonly [string, string])[] = []): string {
  const pairs = [['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload];
  return `${server.url}/?${new URLSearchParams({ folder, payload: JSON.stringify(pairs) })}`;
}

/**
 * Opens the workbench and waits until extensions are registered. The status bar is there seconds earlier,
 * but contributed commands and views exist only from this mark on.
 */
export async function openWorkbench(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'commit' });
  await untilReady(page);
}

/**
 * Reloads the window as a person does: only then are open editors and views saved, which a browser told to load the same
 * address anew does not give the workbench the time for.
 */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load', { timeout: WORKBENCH_MS });
  await runCommand(page, 'Developer: Reload Window');
  await loaded;
  await untilReady(page);
}

async function untilReady(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: WORKBENCH_MS });
  await page.waitForFunction(() => performance.getEntriesByName('code/didLoadExtensions').length > 0, undefined, { timeout: WORKBENCH_MS });
}

/** The row of the open quick pick (palette or any other) whose label is exactly `label`. */
export function quickPickRow(page: Page, label: string | RegExp): Locator {
  const exact = typeof label === 'string' ? new RegExp(`^\\s*${escapeRegExp(label)}\\s*$`) : label;
  return page
    .locator('.quick-input-widget:visible .quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name', { hasText: exact }) })
    .first();
}

/**
 * Runs a command through the palette. A palette opened before a command is registered never gains its row, so it is
 * opened again; and the exact row is clicked, because Enter takes whatever the fuzzy search put first.
 */
export async function runCommand(page: Page, label: string): Promise<void> {
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  const row = quickPickRow(page, label);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await page.keyboard.press('F1');
      await input.waitFor({ timeout: 3000 });
      await input.fill(`>${label}`);
      await row.waitFor({ timeout: 4000 });
      break;
    } catch (error) {
      if (attempt === 8) throw new Error(`the palette has no command "${label}"`, { cause: error });
      await page.keyboard.press('Escape');
    }
  }
  await row.click();
}

const WORKBENCH_CLASS: Record<Scheme, string> = { dark: 'vs-dark', light: 'vs', 'high-contrast': 'hc-black', 'high-contrast-light': 'hc-light' };

/** Switches the theme the way an operating system does, and waits until the workbench has followed. */
export async function setScheme(page: Page, scheme: Scheme): Promise<void> {
  const contrast = scheme.startsWith('high-contrast');
  await page.emulateMedia({ colorScheme: scheme.endsWith('light') ? 'light' : 'dark', forcedColors: contrast ? 'active' : 'none' });
  await page.locator(`.monaco-workbench.${WORKBENCH_CLASS[scheme]}`).waitFor({ timeout: 20_000 });
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
