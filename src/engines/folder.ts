/**
 * Where native engines are kept: one folder a user, found by every process without VS Code and without being told.
 * The trainer looks here, the command that installs writes here; neither may import the other.
 */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ENGINES, type EngineName } from './engines';

/** Names another folder than the user's own, e.g. on a disk with more room. */
export const HOME_VARIABLE = 'ALIGNMENT_GAP_NATIVE';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly userHome: string;
}

const surroundings = (): Surroundings => ({ env: process.env, platform: process.platform, arch: process.arch, userHome: os.homedir() });

/** The folder of all native engines; it need not exist. Data of the user by each system's own custom (XDG Base Directory, Apple, Windows). */
export function nativeHome({ env, platform, userHome }: Surroundings = surroundings()): string {
  const named = env[HOME_VARIABLE];
  if (named) return path.resolve(named);
  const paths = platform === 'win32' ? path.win32 : path.posix;
  // The XDG specification: a relative path is to be ignored.
  const given = (folder: string | undefined) => (folder !== undefined && paths.isAbsolute(folder) ? folder : undefined);
  const data = () => {
    switch (platform) {
      case 'win32': return given(env['LOCALAPPDATA']) ?? paths.join(userHome, 'AppData', 'Local');
      case 'darwin': return paths.join(userHome, 'Library', 'Application Support');
      default: return given(env['XDG_DATA_HOME']) ?? paths.join(userHome, '.local', 'share');
    }
  };
  return paths.join(data(), 'alignment-gap', 'native');
}

/** One folder a version: another version of this program finds what it was tried with, or nothing. */
export const engineFolder = (engine: EngineName, home = nativeHome()): string => path.join(home, `${engine}-${ENGINES[engine].version}`);

/** In an engine's folder, which appears whole or not at all, after its self-test. */
export const INSTALLED_FILE = 'installed.json';

export interface Installation {
  readonly format: 'alignment-gap/native-engine@1';
  readonly engine: EngineName;
  readonly version: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** How it was made, in words. */
  readonly route: string;
  readonly installedAt: string;
}

/** What is installed in a folder; undefined also for what another kind of machine with the same home has installed. */
export function readInstallation(folder: string, { platform, arch }: Pick<Surroundings, 'platform' | 'arch'> = process): Installation | undefined {
  try {
    const found = JSON.parse(readFileSync(path.join(folder, INSTALLED_FILE), 'utf8')) as Partial<Installation>;
    return found.format === 'alignment-gap/native-engine@1' && found.platform === platform && found.arch === arch ? (found as Installation) : undefined;
  } catch {
    // Not there, or not of ours: then nothing is installed, and the engine is looked for elsewhere.
    return undefined;
  }
}

export interface FoundEngine {
  /** Its node_modules hold the package. */
  readonly folder: string;
  readonly from: 'variable' | 'installed';
}

/** The engine's own variable first, then the installation; undefined where neither is. */
export function findEngine(engine: EngineName, around: Surroundings = surroundings()): FoundEngine | undefined {
  const named = around.env[ENGINES[engine].variable];
  if (named) return { folder: path.resolve(named), from: 'variable' };
  const folder = engineFolder(engine, nativeHome(around));
  return readInstallation(folder, around) === undefined ? undefined : { folder, from: 'installed' };
}
