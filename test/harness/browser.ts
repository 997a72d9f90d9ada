/** Debian's Chromium with a profile of its own, looking at the workbench, and a record of what it saw. */
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { removeFolder, temporaryFolder } from './leftovers';
import { toolchain } from './toolchain';

/** Without these, Chromium calls home in the background; as root it does not start with its sandbox. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

const POLICY_VIOLATION = /Content Security Policy|Refused to (load|execute|apply|connect|frame)|violates the following/;

export interface Browser {
  readonly page: Page;
  /** Every console line, uncaught error and failed request. */
  readonly log: readonly string[];
  /** Console lines about a broken content security policy. */
  readonly violations: () => readonly string[];
  /** Hosts outside the machine that were asked for; nothing in this product asks for one. */
  readonly foreignHosts: () => readonly string[];
  stop(): Promise<void>;
}

export async function startBrowser(size = { width: 1280, height: 800 }): Promise<Browser> {
  const folder = temporaryFolder('agc-');
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: toolchain().chromium,
    headless: true,
    viewport: size,
    colorScheme: 'dark',
    args: FLAGS,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const log: string[] = [];
  const hosts = new Set<string>();
  record(context, page, log, hosts);
  return {
    page,
    log,
    violations: () => log.filter((line) => POLICY_VIOLATION.test(line)),
    foreignHosts: () => [...hosts],
    stop: async () => {
      await context.close();
      removeFolder(folder);
    },
  };
}

function record(context: BrowserContext, page: Page, log: string[], hosts: Set<string>): void {
  page.on('console', (message) => log.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => log.push(`uncaught: ${error.stack ?? error.message}`));
  context.on('requestfailed', (request) => log.push(`request failed: ${request.url()} ${request.failure()?.errorText ?? ''}`));
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const network = protocol === 'http:' || protocol === 'https:' || protocol === 'ws:' || protocol === 'wss:';
    // Webview resources have an address of this shape; the webview's own service worker answers them, they never leave.
    if (network && hostname !== '127.0.0.1' && !hostname.endsWith('.vscode-resource.vscode-cdn.net')) hosts.add(hostname);
  });
}
