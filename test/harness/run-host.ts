/**
 * Runs the Mocha suite inside a real extension host: the workbench is opened with `extensionTestsPath`, calls
 * `codeAutomationLog` for every console line of the host and `codeAutomationExit` at the end.
 */
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startBrowser } from './browser';
import { createProfile } from './profile';
import { printResult, type TestResult } from './results';
import { remoteUri, startServer } from './server';
import { repository, results } from './toolchain';
import { openWorkbench, workbenchUrl } from './workbench';

const SUITE_MS = 300_000;
/** Without it, a built workbench ignores the two payload keys and runs nothing. */
const DRIVER = ['--vscode-option', 'enable-smoke-test-driver'];

/** @returns the host's exit code. Not a proof by itself (an aborted host is reported as 0): the suite's result file is. */
export async function runHostTests(): Promise<number> {
  const resultFile = path.join(results, 'host.json');
  const kept = path.join(results, 'host');
  mkdirSync(kept, { recursive: true });
  rmSync(resultFile, { force: true });
  const profile = createProfile();
  const workspace = path.join(profile.root, 'workspace');
  mkdirSync(workspace);
  const server = await startServer(profile, {
    log: path.join(kept, 'server.log'),
    arguments: DRIVER,
    environment: { ALIGNMENT_GAP_HOST_RESULT: resultFile },
  });
  const browser = await startBrowser();
  const hostLog = createWriteStream(path.join(kept, 'console.log'));
  try {
    const { page } = browser;
    const exit = new Promise<number>((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    // Both the suite's own output and much noise of the workbench: kept for reading, not printed.
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => hostLog.write(`${type}: ${args.map(String).join(' ')}\n`));
    const payload = [
      ['extensionDevelopmentPath', remoteUri(server, repository)],
      ['extensionTestsPath', remoteUri(server, path.join(repository, 'dist', 'test', 'index.js'))],
    ] as const;
    await openWorkbench(page, workbenchUrl(server, workspace, payload));
    const late = new Promise<number>((_, reject) => setTimeout(() => reject(new Error(`the suite took longer than ${SUITE_MS / 1000} s`)), SUITE_MS).unref());
    const code = await Promise.race([exit, late]);
    return verdict(resultFile, code);
  } catch (error) {
    await browser.page.screenshot({ path: path.join(kept, 'failed.png') });
    throw error;
  } finally {
    hostLog.end();
    await browser.stop();
    await server.stop();
    profile.remove();
  }
}

function verdict(resultFile: string, code: number): number {
  if (!existsSync(resultFile)) {
    console.error('The extension host ended before the suite did: there is no result file. Its output: test-results/host/console.log');
    return 1;
  }
  const { results } = JSON.parse(readFileSync(resultFile, 'utf8')) as { results: TestResult[] };
  results.forEach(printResult);
  return code;
}
