/** Builds the world of one journey and takes it down again, keeping what explains a failure. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { accessibilityViolations } from './accessibility';
import { startBrowser, type Browser } from './browser';
import type { Journey, World } from './journey';
import { endProcesses, processesOf } from './orphans';
import { createProfile, type Profile } from './profile';
import { startServer, type Server } from './server';
import { webview, webviewFrame } from './webview';
import { openWorkbench, quickPickRow, reloadWindow, runCommand, setScheme, workbenchUrl, type Scheme } from './workbench';

export interface OpenWorld {
  readonly world: World;
  readonly browser: Browser;
  /** Command lines of what the installed extension started and is still at work. */
  readonly atWork: () => string[];
  close(): Promise<void>;
}

/** @param extensions the folder with the installed extension  @param kept where pictures and logs of this journey go */
export async function openWorld(journey: Journey, extensions: string, kept: string): Promise<OpenWorld> {
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  const profile = createProfile(journey.options.settings, extensions);
  const workspaceDir = path.join(profile.root, 'workspace');
  mkdirSync(workspaceDir);
  await journey.options.prepare?.(workspaceDir);
  const server = await startServer(profile, { log: path.join(kept, 'server.log') });
  const browser = await startBrowser(journey.options.size);
  const close = async () => {
    await closeWorld(server, browser, profile, kept);
    // Runs outlive their window on purpose; those of a failed journey must not outlive the tests.
    endProcesses(extensions);
    profile.remove();
  };
  try {
    await openWorkbench(browser.page, workbenchUrl(server, workspaceDir));
  } catch (error) {
    await browser.page.screenshot({ path: path.join(kept, 'did-not-open.png') });
    await close();
    throw error;
  }
  return { world: createWorld(browser, workspaceDir, extensions, kept), browser, atWork: () => processesOf(extensions).map(({ command }) => command), close };
}

async function closeWorld(server: Server, browser: Browser, profile: Profile, kept: string): Promise<void> {
  writeFileSync(path.join(kept, 'console.log'), `${browser.log.join('\n')}\n`);
  await browser.stop();
  await server.stop();
  const logs = path.join(profile.data, 'logs');
  if (existsSync(logs)) cpSync(logs, path.join(kept, 'logs'), { recursive: true });
}

function createWorld({ page }: Browser, workspaceDir: string, extensions: string, kept: string): World {
  return {
    page,
    workspaceDir,
    runCommand: (label) => runCommand(page, label),
    pick: async (label) => quickPickRow(page, label).click(),
    openContainer: (title) => page.locator('.activitybar').getByRole('tab', { name: title }).click(),
    treeItem: (name) => page.getByRole('treeitem', { name }).first(),
    webview: (nth) => webview(page, nth),
    webviewFrame: (nth) => webviewFrame(page, nth),
    accessibility: async (nth) => accessibilityViolations(await webviewFrame(page, nth)),
    setScheme: async (scheme) => {
      await setScheme(page, scheme);
      await webviewsFollow(page, scheme);
    },
    screenshot: async (name) => {
      await page.screenshot({ path: path.join(kept, `${name}.png`) });
    },
    cli: (...args) => {
      const program = path.join(installedExtension(extensions), 'dist', 'cli.js');
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: workspaceDir, encoding: 'utf8' });
      return { status: status ?? -1, stdout, stderr };
    },
    reload: () => reloadWindow(page),
  };
}

/** VS Code tells each webview of a new theme by its body's class, after the workbench itself has changed. */
async function webviewsFollow(page: World['page'], scheme: Scheme): Promise<void> {
  const count = await page.locator('iframe.webview.ready').count();
  for (let nth = 0; nth < count; nth += 1) {
    const frame = await webviewFrame(page, nth);
    await frame.waitForFunction((name) => document.body.classList.contains(name), `vscode-${scheme}`, { timeout: 20_000 });
  }
}

function installedExtension(extensions: string): string {
  const folder = readdirSync(extensions).find((name) => name.startsWith('alignment-gap.'));
  if (folder === undefined) throw new Error(`${extensions} holds no installed extension`);
  return path.join(extensions, folder);
}
