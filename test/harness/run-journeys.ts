/** Runs the registered journeys one after another, each in a world of its own, and writes the result file. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { removeFolder, temporaryFolder } from './leftovers';
import { journeys, type Journey } from './journey';
import { createProfile } from './profile';
import { printResult, writeResults, type TestResult } from './results';
import { codeCommand } from './server';
import { results } from './toolchain';
import { openWorld, type OpenWorld } from './world';

const DEFAULT_MS = 300_000;

/** @param filter runs only the journeys whose name contains it */
export async function runJourneys(vsix: string, filter = ''): Promise<number> {
  const chosen = journeys().filter(({ name }) => name.includes(filter));
  const extensions = temporaryFolder('age-');
  const installer = createProfile({}, extensions);
  console.log(codeCommand(installer, '--install-extension', path.resolve(vsix), '--force').trim());
  installer.remove();
  const outcome: TestResult[] = [];
  for (const journey of chosen) {
    const result = await runJourney(journey, extensions);
    printResult(result);
    outcome.push(result);
  }
  removeFolder(extensions);
  writeResults(path.join(results, 'e2e.json'), outcome);
  if (chosen.length === 0) throw new Error(`no journey's name contains "${filter}"`);
  return outcome.filter(({ state }) => state === 'failed').length;
}

async function runJourney(journey: Journey, extensions: string): Promise<TestResult> {
  const started = performance.now();
  const kept = path.join(results, 'e2e', journey.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
  const ms = () => Math.round(performance.now() - started);
  let open: OpenWorld | undefined;
  try {
    open = await openWorld(journey, extensions, kept);
    await withinTime(journey.body(open.world), journey.options.timeout ?? DEFAULT_MS);
    assertNothingForbidden(open);
    await assertNothingLeft(open);
    return { title: journey.name, state: 'passed', ms: ms() };
  } catch (error) {
    await open?.browser.page.screenshot({ path: path.join(kept, 'failed.png') }).catch((cause: unknown) => console.error('no picture of the failure:', cause));
    const message = `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n  pictures and logs: ${path.relative(process.cwd(), kept)}`;
    return { title: journey.name, state: 'failed', ms: ms(), message };
  } finally {
    await open?.close();
  }
}

async function withinTime(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the journey took longer than ${ms / 1000} s`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const LEFT_MS = 20_000;

/** Runs are processes of their own: a journey ends when all that it started have ended, or were stopped. */
async function assertNothingLeft({ atWork }: OpenWorld): Promise<void> {
  for (const end = Date.now() + LEFT_MS; atWork().length > 0 && Date.now() < end; ) await pause(200);
  const left = atWork();
  if (left.length > 0) throw new Error(`these processes were left at work:\n${left.join('\n')}`);
}

/** Holds for every journey, whatever it is about. */
function assertNothingForbidden({ browser }: OpenWorld): void {
  const broken = browser.violations();
  if (broken.length > 0) throw new Error(`the content security policy was violated:\n${broken.join('\n')}`);
  const foreign = browser.foreignHosts();
  if (foreign.length > 0) throw new Error(`these hosts outside the machine were asked for: ${foreign.join(', ')}`);
}
