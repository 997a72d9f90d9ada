/** A VS Code user of its own for every journey: settings, extensions, home and temporary folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeFolder, temporaryFolder } from './leftovers';

export type Settings = Readonly<Record<string, unknown>>;

/** Quiet and the same every time; no update, no gallery, no suggestion opens by itself. */
const QUIET: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  // The theme follows the browser's emulated media: a settings file rewritten under a trusted workbench goes unnoticed.
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'grunt.autoDetect': 'off',
  'gulp.autoDetect': 'off',
  'jake.autoDetect': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'files.simpleDialog.enable': true,
  'editor.accessibilitySupport': 'off',
  'security.workspace.trust.enabled': false,
};

/** Since VS Code 1.13x the trust dialog no longer opens by itself; a journey about trust asks for it. */
export const ASK_FOR_TRUST: Settings = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'always',
  'security.workspace.trust.untrustedFiles': 'open',
};

export interface Profile {
  readonly root: string;
  readonly data: string;
  readonly extensions: string;
  readonly config: string;
  readonly home: string;
  readonly temporary: string;
  remove(): void;
}

/** @param extensions a folder of installed extensions to share; without it the profile has its own, empty one */
export function createProfile(settings: Settings = {}, extensions?: string): Profile {
  const root = temporaryFolder('ag-');
  const profile: Profile = {
    root,
    data: path.join(root, 'data'),
    extensions: extensions ?? path.join(root, 'ext'),
    config: path.join(root, 'config.yaml'),
    home: path.join(root, 'home'),
    temporary: path.join(root, 't'),
    remove: () => removeFolder(root),
  };
  const user = path.join(profile.data, 'User');
  for (const folder of [user, profile.extensions, profile.home, profile.temporary]) mkdirSync(folder, { recursive: true });
  writeFileSync(profile.config, '{}\n');
  writeFileSync(path.join(user, 'settings.json'), JSON.stringify({ ...QUIET, ...settings }, null, 2));
  return profile;
}
