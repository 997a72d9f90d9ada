/** A panel's page in a real browser, under the policy that it has in VS Code, with a host that is played by the test. */
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { panelPage } from '../../src/core/protocol';
import { tokensOf, type ThemeName } from './themes';

export type PanelName = 'dashboard' | 'comparison' | 'verdict';
const ORIGIN = 'http://panel.test';
const NONCE = 'bm9uY2Utb2YtdGhlLWhhcm5lc3M';
const ROOT = path.resolve(import.meta.dirname, '../..');

/** Where Debian puts it, or wherever the environment says. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => file !== undefined && existsSync(file));
}

export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'] });

const bundles = new Map<PanelName, Promise<{ readonly script: string; readonly style: string }>>();

/** Bundled here, not read from dist: the check then never runs on yesterday's build. */
export function bundleOf(panel: PanelName): Promise<{ readonly script: string; readonly style: string }> {
  const known = bundles.get(panel);
  if (known) return known;
  const bundle = build({
    absWorkingDir: ROOT, entryPoints: [`webview/${panel}/main.tsx`], bundle: true, minify: true, write: false, outdir: 'out', format: 'iife', target: 'chrome120',
    jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none',
  }).then(({ outputFiles }) => {
    const text = (extension: string) => outputFiles.find((file) => file.path.endsWith(extension))?.text ?? '';
    return { script: text('.js'), style: text('.css') };
  });
  bundles.set(panel, bundle);
  return bundle;
}

export interface OpenedPanel {
  readonly page: Page;
  /** Anything that the console called an error, content security policy included. */
  readonly problems: readonly string[];
  /** What the page has sent to its host so far. */
  sent(): Promise<{ readonly type: string; readonly [key: string]: unknown }[]>;
  /** Hands over a message as VS Code does: typed arrays stay typed arrays. */
  post(message: object): Promise<void>;
  setTheme(theme: ThemeName): Promise<void>;
}

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** What getState returns at first. */
  readonly state?: object;
}

export async function openPanel(browser: Browser, panel: PanelName, options: OpenOptions = {}): Promise<OpenedPanel> {
  const { theme = 'dark', width = 1280, height = 900, state } = options;
  const { script, style } = await bundleOf(panel);
  const page = await browser.newPage({ viewport: { width, height } });
  const problems: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.addInitScript(playHost, { state });
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/panel.js') return route.fulfill({ contentType: 'text/javascript', body: script });
    if (pathname === '/panel.css') return route.fulfill({ contentType: 'text/css', body: style });
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: panelPage({ title: panel, nonce: NONCE, cspSource: ORIGIN, script: `${ORIGIN}/panel.js`, style: `${ORIGIN}/panel.css` }) });
    return route.fulfill({ status: 204 });
  });
  await page.goto(`${ORIGIN}/`, { waitUntil: 'commit' });
  await setTheme(page, theme);
  await page.waitForFunction(() => (window as unknown as { sent: { type: string }[] }).sent.some(({ type }) => type === 'ready'));
  return {
    page,
    problems,
    sent: () => page.evaluate(() => (window as unknown as { sent: { type: string }[] }).sent),
    post: (message) => page.evaluate(receive, pack(message)),
    setTheme: (name) => setTheme(page, name),
  };
}

/** Runs in the page before anything else: `acquireVsCodeApi` as VS Code provides it, once. */
function playHost({ state }: { state: object | undefined }): void {
  const host = window as unknown as { sent: unknown[]; kept: unknown; acquireVsCodeApi: () => object };
  host.sent = [];
  host.kept = state;
  host.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => host.sent.push(message),
    getState: () => host.kept,
    setState: (next: unknown) => { host.kept = next; },
  });
}

/** Playwright carries JSON only: columns travel as lists and become columns again in the page. */
const pack = (message: object): string => JSON.stringify(message, (_, value: unknown) => (value instanceof Float64Array ? { $column: Array.from(value, String) } : value));

function receive(text: string): void {
  const message: unknown = JSON.parse(text, (_, value: { $column?: string[] } | null) =>
    value && typeof value === 'object' && value.$column ? Float64Array.from(value.$column, Number) : value);
  window.dispatchEvent(new MessageEvent('message', { data: message }));
}

/** As VS Code's own page does: the tokens as a style of html, the kind of theme as a class of body. */
async function setTheme(page: Page, theme: ThemeName): Promise<void> {
  await page.waitForFunction(() => document.body !== null);
  await page.evaluate(({ tokens, bodyClass }) => {
    for (const [name, value] of Object.entries(tokens)) document.documentElement.style.setProperty(name, value);
    document.body.className = bodyClass;
  }, tokensOf(theme));
}
