/** `npm run package`: the production build as alignment-gap.vsix. vsce runs the build itself, through `vscode:prepublish`. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './toolchain/paths.mjs';

export const VSIX = path.join(repository, 'alignment-gap.vsix');

/** @returns {Promise<string>} the path of the package */
export async function packageExtension() {
  const { createVSIX } = await import('@vscode/vsce');
  await createVSIX({
    cwd: repository,
    packagePath: VSIX,
    dependencies: false, // everything is bundled: there is no node_modules to ship
    // The README's links stay as they are: they must not depend on where a clone happens to be published.
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  return VSIX;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await packageExtension();
