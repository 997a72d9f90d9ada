/**
 * @tensorflow/tfjs-node, by two routes. Its own install script fetches libtensorflow from storage.googleapis.com, which many
 * networks do not let through. The Python wheel tensorflow-cpu holds the same library and its headers, and comes from the
 * Python package index: there the package's two C++ files are compiled against it.
 */
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { ENGINES } from '../../engines';
import { findProgram, type Tool } from './tools';
import { npmInstall, RouteFailure, use, type Work } from './work';

const { package: PACKAGE, version: VERSION } = ENGINES.tensorflow;
const WHEEL = 'tensorflow-cpu==2.21.0';
/** The C headers of Node's stable interface: only the official downloads of Node bring them along. */
const NODE_HEADERS = 'node-api-headers@1.9.0';

/** @returns the route, in words. */
export async function fetchTensorflow(work: Work): Promise<string> {
  try {
    const message = `Fetching ${PACKAGE} ${VERSION}, which then fetches its library from storage.googleapis.com`;
    await npmInstall(work, [`${PACKAGE}@${VERSION}`], { step: 'library', message, scripts: true });
    await requireBinding(work);
    return 'npm package with its own library';
  } catch (error) {
    if (!(error instanceof RouteFailure)) throw error;
    await rm(path.join(work.staging, 'node_modules'), { recursive: true, force: true });
    return await throughWheel(work, error);
  }
}

/** npm is content when the user's settings keep install scripts from running; the package then has no library. */
async function requireBinding(work: Work): Promise<void> {
  const lib = path.join(work.staging, 'node_modules', PACKAGE, 'lib');
  const files = await readdir(lib, { recursive: true }).catch(() => []);
  if (files.some((name) => name.endsWith('.node'))) return;
  throw new RouteFailure({ cause: 'npm did not run its install script, which fetches the library', next: 'Let it (npm config get ignore-scripts).' });
}

async function throughWheel(work: Work, first: RouteFailure): Promise<string> {
  try {
    const { python, compiler } = wheelTools();
    work.report({ kind: 'note', message: `The ordinary way is closed: ${first.why.cause}. Going by the Python wheel instead.` });
    await npmInstall(work, [`${PACKAGE}@${VERSION}`, NODE_HEADERS], { step: 'packages', message: `Fetching ${PACKAGE} ${VERSION} without its library`, scripts: false });
    const wheel = await downloadWheel(work, python);
    const folder = path.join(work.staging, 'node_modules', PACKAGE);
    await use(work, { step: 'unpack', message: 'Unpacking the library and its headers', source: 'unpack', tool: python, args: ['-c', UNPACK, folder, wheel] });
    await rm(path.dirname(wheel), { recursive: true, force: true });
    await compile(work, compiler, folder);
    return 'npm package compiled against the library of the Python wheel';
  } catch (error) {
    if (!(error instanceof RouteFailure)) throw error;
    throw bothFailed(first, error);
  }
}

function bothFailed(first: RouteFailure, second: RouteFailure): RouteFailure {
  if (first.why.cause === second.why.cause) return second;
  const cause = `by its own installation: ${first.why.cause}; by the Python wheel: ${second.why.cause}`;
  return new RouteFailure({ cause, next: `Open either way. ${first.why.next} Or: ${second.why.next}` }, { cause: second });
}

/** Looked for before anything is fetched. */
function wheelTools(): { readonly python: Tool; readonly compiler: Tool } {
  if (process.platform !== 'linux') throw new RouteFailure({ cause: `it is a way for Linux only, and this is ${process.platform}`, next: 'Keep to WebAssembly, which needs no installation.' });
  const python = findProgram(['python3', 'python']);
  const compiler = findProgram(['g++', 'c++', 'clang++']);
  const missing = [...(python ? [] : ['python3 with pip']), ...(compiler ? [] : ['a C++ compiler (g++)'])];
  if (!python || !compiler) throw new RouteFailure({ cause: `${missing.join(' and ')} would be needed and is not on PATH`, next: `Install it (Debian: apt install ${python ? '' : 'python3-pip '}${compiler ? '' : 'g++'}`.trimEnd() + ').' });
  return { python, compiler };
}

/** @returns the wheel's path. */
async function downloadWheel(work: Work, python: Tool): Promise<string> {
  const folder = path.join(work.staging, 'wheel');
  await mkdir(folder, { recursive: true });
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar=off', '-d', folder];
  const download = (message: string, more: readonly string[]) => use(work, { step: 'wheel', message, source: 'pip', tool: python, args: [...args, ...more, WHEEL] });
  try {
    await download(`Fetching the Python wheel ${WHEEL} (about 270 MB)`, []);
  } catch (error) {
    if (!(error instanceof RouteFailure) || !error.message.includes('no wheel')) throw error;
    // The library inside does not depend on Python; only the wheel's name does.
    await download(`Fetching the Python wheel ${WHEEL} for Python 3.12, as there is none for this one`, ['--python-version=3.12', '--implementation=cp', '--abi=cp312']);
  }
  const [wheel] = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new RouteFailure({ cause: 'pip said that it had fetched the wheel, and there is none', next: 'Look at pip\'s settings: pip config list.' });
  return path.join(folder, wheel);
}

/** Arguments: the package's folder, the wheel. Of a wheel's 1.3 GB only the headers and the two libraries are taken. */
export const UNPACK = `
import os, shutil, sys, zipfile
folder, wheel = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        parts = entry.filename.split('/')
        if entry.is_dir() or parts[0] != 'tensorflow' or '..' in parts: continue
        if parts[1] == 'include': place = ['include'] + parts[2:]
        elif len(parts) == 2 and parts[1].startswith(('libtensorflow_cc.so', 'libtensorflow_framework.so')): place = ['lib', parts[1]]
        else: continue
        target = os.path.join(folder, 'deps', *place)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(entry) as source, open(target, 'wb') as out: shutil.copyfileobj(source, out, 1 << 20)
`;

/** As binding.gyp of the package does it, but with the wheel's library names. */
async function compile(work: Work, compiler: Tool, folder: string): Promise<void> {
  const lib = path.join(folder, 'deps', 'lib');
  for (const [name, real] of [['libtensorflow.so', 'libtensorflow_cc.so.2'], ['libtensorflow_framework.so', 'libtensorflow_framework.so.2']] as const) {
    await symlink(real, path.join(lib, name));
  }
  await mkdir(path.join(folder, 'lib', 'napi-v8'), { recursive: true });
  const headers = path.join(work.staging, 'node_modules', 'node-api-headers');
  const args = [
    '-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-w',
    `-I${path.join(headers, 'include')}`, '-I..', `-I${path.join('deps', 'include')}`,
    'binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-Ldeps/lib', '-ltensorflow', '-ltensorflow_framework',
    '-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', 'lib/napi-v8/tfjs_binding.node',
  ];
  await use(work, { step: 'compile', message: 'Compiling the binding (about half a minute)', source: 'compiler', tool: compiler, args, cwd: folder });
  // A quarter of a gigabyte that is read by nobody from now on.
  for (const done of [path.join(folder, 'deps', 'include'), headers]) await rm(done, { recursive: true, force: true });
}
