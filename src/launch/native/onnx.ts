/** onnxruntime-node: its native code lies in the npm package; its install script would fetch CUDA and is not run. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ENGINES } from '../../engines';
import { npmInstall, type Work } from './work';

/** @returns the route, in words. */
export async function fetchOnnx(work: Work): Promise<string> {
  const { package: name, version } = ENGINES.onnx;
  await npmInstall(work, [`${name}@${version}`], { step: 'packages', message: `Fetching ${name} ${version} from the package registry (about 120 MB)`, scripts: false });
  await removeOtherBuilds(path.join(work.staging, 'node_modules', name, 'bin'));
  return 'npm package';
}

/** The package holds the builds of all systems, `bin/<napi version>/<platform>/<arch>`; five sixths of it are for other machines. */
async function removeOtherBuilds(bin: string): Promise<void> {
  for (const napi of await foldersIn(bin)) {
    for (const platform of await foldersIn(napi)) {
      const arches = path.basename(platform) === process.platform ? await foldersIn(platform) : [];
      const others = arches.length === 0 ? [platform] : arches.filter((arch) => path.basename(arch) !== process.arch);
      for (const other of others) await rm(other, { recursive: true, force: true });
    }
  }
}

/** None where there is no such folder: then the self-test says what is wrong. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
}
