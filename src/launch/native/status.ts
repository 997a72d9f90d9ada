/** What is installed, where, and whether it works; and how to be rid of it. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ENGINE_NAMES, ENGINES, engineFolder, nativeHome, readInstallation, type EngineName, type EngineTrial, type Installation } from '../../engines';
import { removeFolder, renameFolder } from './disk';
import { InstallError } from './errors';
import { asidePrefix, sweep } from './install';
import { lockEngine } from './lock';
import { tryEngine } from './trial';

export interface EngineStatus extends EngineTrial {
  readonly title: string;
  readonly package: string;
  readonly state: 'works' | 'broken' | 'absent';
  /** How it came here; absent for copies that somebody else put there. */
  readonly installation?: Installation;
}

/** Starts a training process for each engine: loading is the only proof. */
export async function nativeStatus(trainerPath: string, home?: string, signal?: AbortSignal): Promise<EngineStatus[]> {
  const found: EngineStatus[] = [];
  for (const engine of ENGINE_NAMES) {
    const trial = await tryEngine({ engine, trainerPath, ...(home === undefined ? {} : { home }), ...(signal === undefined ? {} : { signal }) });
    const { title, package: name } = ENGINES[engine];
    const installation = trial.from === 'installed' && trial.folder !== undefined ? readInstallation(trial.folder) : undefined;
    found.push({ ...trial, title, package: name, state: stateOf(trial), ...(installation === undefined ? {} : { installation }) });
  }
  return found;
}

function stateOf({ works, from, reason }: EngineTrial): EngineStatus['state'] {
  if (works) return 'works';
  return from === undefined && reason === undefined ? 'absent' : 'broken';
}

/**
 * @returns the folder that was removed, undefined where there was none.
 * @throws InstallError when it is in use or is being installed.
 */
export async function removeEngine(engine: EngineName, home = nativeHome()): Promise<string | undefined> {
  const folder = engineFolder(engine, path.resolve(home));
  let release: () => Promise<void>;
  try {
    release = await lockEngine(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    await sweep(folder);
    await rm(`${folder}.log`, { force: true });
    // Renamed first: nobody finds a folder that is half gone.
    const aside = `${asidePrefix(folder)}${randomUUID().slice(0, 8)}`;
    await renameFolder(folder, aside);
    await removeFolder(aside);
    return folder;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new InstallError(`${ENGINES[engine].title} could not be removed: ${message}.`, folder, 'Stop the runs that use it (alignment-gap stop), then try again.', { cause: error });
  } finally {
    await release();
  }
}
