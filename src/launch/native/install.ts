/**
 * Installs a native engine. It is put together in a folder aside and tried out there; only one that works is renamed to its
 * place, so that nobody ever sees a broken or a half-made one. This is the one thing of ours that uses the network.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ENGINES, engineFolder, INSTALLED_FILE, nativeHome, type EngineName, type EngineTrial, type Installation } from '../../engines';
import { writeFileAtomic } from '../../runlog';
import { causeIn, thisPlatform, unsupported } from './causes';
import { lackOfRoom, removeFolder, renameFolder } from './disk';
import { InstallCancelled, InstallError, type Cause } from './errors';
import type { InstallEvent, Report } from './events';
import { lockEngine } from './lock';
import { fetchOnnx } from './onnx';
import { fetchTensorflow } from './tensorflow';
import { causeOfTrial, tryEngine } from './trial';
import { RouteFailure, type Work } from './work';

export interface InstallRequest {
  readonly engine: EngineName;
  /** `dist/trainer.js`, which tries the engine out. */
  readonly trainerPath: string;
  /** Where native engines are kept; by default where every process looks. */
  readonly home?: string;
}

export interface Installed {
  readonly folder: string;
  readonly installation: Installation;
  readonly trial: EngineTrial;
}

const ROUTES: Readonly<Record<EngineName, (work: Work) => Promise<string>>> = { onnx: fetchOnnx, tensorflow: fetchTensorflow };

/**
 * An engine that is there already is replaced, once the new one works.
 * @throws InstallCancelled when `signal` says so: all that was started is ended, all that was made removed.
 * @throws InstallError with cause and next step; the log of what was printed is its place.
 */
export async function installEngine({ engine, trainerPath, home = nativeHome() }: InstallRequest, report: Report, signal = new AbortController().signal): Promise<Installed> {
  const folder = engineFolder(engine, path.resolve(home));
  report({ kind: 'step', step: 'check', message: 'Looking whether this machine can have it' });
  refuse(engine, unsupported(engine, thisPlatform()), home);
  const release = await enter(engine, folder);
  const log = createWriteStream(`${folder}.log`);
  // A log that cannot be written must not end an installation that can.
  log.on('error', () => undefined);
  const staging = `${asidePrefix(folder)}${randomUUID().slice(0, 8)}`;
  const work: Work = { engine, staging, signal, report: (event) => { log.write(logLine(event)); report(event); } };
  try {
    await sweep(folder);
    refuse(engine, await lackOfRoom(engine, home), home);
    const installed = await putTogether(work, trainerPath, folder);
    await close(log);
    await renameFolder(`${folder}.log`, path.join(folder, 'install.log')).catch(() => undefined);
    return installed;
  } catch (error) {
    await close(log);
    await removeFolder(staging);
    if (signal.aborted) {
      await rm(`${folder}.log`, { force: true });
      throw new InstallCancelled(home);
    }
    throw explained(engine, error, `${folder}.log`);
  } finally {
    await release();
  }
}

async function putTogether(work: Work, trainerPath: string, folder: string): Promise<Installed> {
  const { engine, staging, report, signal } = work;
  await mkdir(staging);
  await writeFile(path.join(staging, 'package.json'), `${JSON.stringify({ name: 'alignment-gap-native', private: true, allowScripts: { '@tensorflow/tfjs-node': true, 'core-js': false } }, null, 2)}\n`);
  const route = await ROUTES[engine](work);
  signal.throwIfAborted();
  report({ kind: 'step', step: 'self-test', message: 'Trying it out in a process of its own' });
  const trial = await tryEngine({ engine, trainerPath, folder: staging, signal, onLine: (line) => report({ kind: 'output', line }) });
  signal.throwIfAborted();
  if (!trial.works) {
    const { cause, next } = causeOfTrial(trial);
    throw new RouteFailure({ cause: `it was fetched and does not work here: ${cause}`, next });
  }
  report({ kind: 'step', step: 'finish', message: 'Putting it in its place' });
  const { platform, arch } = process;
  const installation: Installation = { format: 'alignment-gap/native-engine@1', engine, version: ENGINES[engine].version, platform, arch, route, installedAt: new Date().toISOString() };
  await writeFileAtomic(path.join(staging, INSTALLED_FILE), `${JSON.stringify(installation, null, 2)}\n`);
  await replace(staging, folder);
  return { folder, installation, trial: { ...trial, from: 'installed', folder } };
}

/** Makes the home and takes the engine's lock. */
async function enter(engine: EngineName, folder: string): Promise<() => Promise<void>> {
  try {
    await mkdir(path.dirname(folder), { recursive: true });
    return await lockEngine(folder);
  } catch (error) {
    throw explained(engine, error, path.dirname(folder));
  }
}

export const asidePrefix = (folder: string): string => path.join(path.dirname(folder), `.${path.basename(folder)}.`);

/** What installations that were killed left behind; whoever holds the lock knows that nobody is at it. */
export async function sweep(folder: string): Promise<void> {
  const home = path.dirname(folder);
  const prefix = path.basename(asidePrefix(folder));
  for (const name of await readdir(home)) if (name.startsWith(prefix)) await removeFolder(path.join(home, name));
}

async function replace(staging: string, folder: string): Promise<void> {
  const old = `${asidePrefix(folder)}old`;
  const had = await renameFolder(folder, old).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return false;
    throw error;
  });
  try {
    await renameFolder(staging, folder);
  } catch (error) {
    if (had) await renameFolder(old, folder);
    throw error;
  }
  // On Windows a library that a run has loaded cannot be removed: the next installation sweeps it.
  if (had) await removeFolder(old).catch(() => undefined);
}

function refuse(engine: EngineName, why: Cause | undefined, place: string): void {
  if (why !== undefined) throw new InstallError(`${ENGINES[engine].title} cannot be installed here: ${why.cause}.`, place, why.next);
}

function explained(engine: EngineName, error: unknown, place: string): InstallError {
  if (error instanceof InstallError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const { cause, next } = error instanceof RouteFailure ? error.why : causeIn('unpack', message, { cause: message, next: 'Read the log.' });
  return new InstallError(`${ENGINES[engine].title} could not be installed: ${cause}.`, place, next, { cause: error });
}

function logLine(event: InstallEvent): string {
  switch (event.kind) {
    case 'step':
    case 'note': return `== ${event.message}\n`;
    case 'output': return `${event.line}\n`;
  }
}

function close(log: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (log.closed || log.destroyed) resolve();
    else log.end(() => resolve());
  });
}
