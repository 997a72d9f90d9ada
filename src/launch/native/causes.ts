/** From what a tool printed to a cause and a next step: tables, the first row that fits. */
import { ENGINES, type EngineName } from '../../engines';
import type { Cause } from './errors';

interface Sign {
  readonly pattern: RegExp;
  /** `$1` is what the pattern's first group found. */
  readonly cause: string;
  readonly next: string;
}

const DISK: Sign = { pattern: /\b(?:ENOSPC|EDQUOT)\b|No space left|Disk quota/i, cause: 'the disk is full', next: 'Free some space, or install elsewhere with --folder DIR.' };
const PERMISSION: Sign = { pattern: /\b(?:EACCES|EPERM|EROFS)\b|Permission denied/i, cause: 'a file may not be written', next: 'Check the permissions of what the log names, or install elsewhere with --folder DIR.' };
const NETWORK = String.raw`\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b`;

/** npm's own codes and texts (npm 8 to 11). */
const NPM: readonly Sign[] = [
  DISK,
  { pattern: /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) storage\.googleapis\.com|libtensorflow.*(?:40\d|50\d)/i, cause: 'its library could not be fetched from storage.googleapis.com', next: 'Allow that host in your proxy or firewall.' },
  { pattern: new RegExp(`${NETWORK}(?:.*?(?:https?://|getaddrinfo \\S+ )([\\w.-]+))?`), cause: 'the package registry cannot be reached', next: 'Check the network and the proxy (npm config get registry, npm ping), then try again.' },
  { pattern: /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_HAS_EXPIRED|self.signed certificate/i, cause: 'the registry\'s certificate is not trusted', next: 'Behind a proxy that reads along, tell npm its certificate: npm config set cafile FILE.' },
  { pattern: /\bE40[137]\b/, cause: 'the registry refuses access', next: 'Log in (npm login), or check the registry that npm uses: npm config get registry.' },
  { pattern: /\b(?:E404|ETARGET|ENOVERSIONS)\b/, cause: 'the registry does not have this version', next: 'Look at the registry that npm uses: npm config get registry.' },
  { pattern: /\bE5\d\d\b/, cause: 'the registry answers with an error of its own', next: 'Try again later.' },
  { pattern: /\bEINTEGRITY\b/, cause: 'what was fetched is damaged', next: 'Clear npm\'s cache (npm cache verify) and try again.' },
  { pattern: /\b(?:EBADENGINE|ENOTSUP)\b|Unsupported engine|does not run on Node|does not support Node/i, cause: 'the Node or npm that npm runs with is too old', next: 'Put Node 20 or newer first on PATH.' },
  { pattern: /\bEBADPLATFORM\b/, cause: 'there is no build for this operating system', next: 'Keep to WebAssembly, which needs no installation.' },
  { pattern: /env: .?node.?: No such file|node: (?:command )?not found/i, cause: 'npm finds no node to run with', next: 'Put Node 20 or newer on PATH.' },
  PERMISSION,
];

const PIP: readonly Sign[] = [
  DISK,
  { pattern: /No module named pip/, cause: 'Python has no pip', next: 'Install it (Debian: apt install python3-pip; elsewhere: python3 -m ensurepip).' },
  // Before "no version": without a network pip ends with that too.
  { pattern: /NewConnectionError|Name or service not known|Temporary failure in name resolution|ConnectTimeoutError|ReadTimeoutError|ProxyError|Connection refused/i, cause: 'the Python package index cannot be reached', next: 'Check the network and the proxy (pip config list), then try again.' },
  { pattern: /CERTIFICATE_VERIFY_FAILED|SSLError/i, cause: 'the certificate of the Python package index is not trusted', next: 'Tell pip the proxy\'s certificate: pip config set global.cert FILE.' },
  { pattern: /No matching distribution|Could not find a version/i, cause: 'there is no wheel for this machine', next: 'It is built for Linux on x64 and arm64 with glibc 2.27 or newer.' },
  PERMISSION,
];

const COMPILER: readonly Sign[] = [
  DISK,
  { pattern: /Killed signal|cannot allocate memory|out of memory/i, cause: 'there is not enough memory to compile', next: 'Close other programs and try again; it takes about 1 GB.' },
  { pattern: /unrecognized.*-std=c\+\+17|invalid value 'c\+\+17'/i, cause: 'the C++ compiler is too old', next: 'Install g++ 9 or newer.' },
  { pattern: /fatal error: ([\w./-]+): No such file/, cause: 'the header $1 is missing', next: 'Install the C++ standard library\'s headers (Debian: apt install g++).' },
  PERMISSION,
];

const UNPACK: readonly Sign[] = [DISK, { pattern: /BadZipFile/, cause: 'the wheel is damaged', next: 'Try again.' }, PERMISSION];

const LOADING: readonly Sign[] = [
  { pattern: /version [`'](GLIBC_[\d.]+)' not found/, cause: 'the system\'s C library is too old: it lacks $1', next: 'Use a newer distribution or container (Debian 11, Ubuntu 20.04 and newer fit).' },
  { pattern: /version [`']((?:GLIBCXX|CXXABI)_[\d.]+)' not found/, cause: 'the system\'s C++ library is too old: it lacks $1', next: 'Install a newer libstdc++, or use a newer distribution.' },
  { pattern: /ld-linux|ld-musl|Error relocating/, cause: 'it is built for glibc, and this system has another C library (musl)', next: 'Use a distribution with glibc.' },
  { pattern: /NODE_MODULE_VERSION|N-API version|napi_\w+.*undefined|undefined symbol: napi_/, cause: 'it does not fit this version of Node', next: 'Use Node 20, 22 or 24.' },
  { pattern: /(lib[\w+.-]+\.so[\w.]*): cannot open shared object/, cause: 'the system library $1 is missing', next: 'Install the package that has it.' },
  { pattern: /specified module could not be found|error 126/i, cause: 'a system library is missing', next: 'Install the Visual C++ Redistributable of Microsoft.' },
  { pattern: /SIGILL/, cause: 'this processor lacks instructions that the library was built with', next: 'Keep to WebAssembly, which runs everywhere.' },
  { pattern: /invalid ELF header|wrong architecture|not a valid Win32|wrong ELF class/i, cause: 'it was built for another kind of machine', next: 'Install it on this machine: a copied folder does not do.' },
];

const TABLES = { npm: NPM, pip: PIP, compiler: COMPILER, unpack: UNPACK, loading: LOADING } as const;
export type Source = keyof typeof TABLES;

/** @param fallback what to say of a text that no row fits. */
export function causeIn(source: Source, text: string, fallback: Cause): Cause {
  for (const { pattern, cause, next } of TABLES[source]) {
    const found = pattern.exec(text);
    if (found) return { cause: cause.replaceAll('$1', found[1] ?? ''), next };
  }
  return fallback;
}

/** glibc of the builds: `objdump -T` of onnxruntime-node 1.30.0; the wheel's tag manylinux_2_27 for TensorFlow. */
const BUILDS: Readonly<Record<EngineName, { readonly platforms: readonly string[]; readonly glibc: string }>> = {
  onnx: { platforms: ['linux x64', 'linux arm64', 'darwin arm64', 'win32 x64', 'win32 arm64'], glibc: '2.28' },
  tensorflow: { platforms: ['linux x64', 'linux arm64', 'darwin x64', 'darwin arm64', 'win32 x64'], glibc: '2.27' },
};

export interface Platform {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** E.g. `2.36`; undefined where there is none, as with musl. */
  readonly glibc?: string | undefined;
}

/** Why an engine cannot run on a machine, before anything is fetched. */
export function unsupported(engine: EngineName, { platform, arch, glibc }: Platform): Cause | undefined {
  const { platforms, glibc: needed } = BUILDS[engine];
  const { title } = ENGINES[engine];
  const here = `${platform} ${arch}`;
  if (!platforms.includes(here)) {
    const other = BUILDS.tensorflow.platforms.includes(here);
    return { cause: `${title} has no build for ${here} (it has: ${platforms.join(', ')})`, next: other ? 'Try the other engine: alignment-gap native install tensorflow.' : 'Keep to WebAssembly, which needs no installation.' };
  }
  if (platform !== 'linux') return undefined;
  if (glibc === undefined) return { cause: `${title} is built for glibc, and this system has another C library (musl)`, next: 'Use a distribution with glibc, or keep to WebAssembly.' };
  return isOlder(glibc, needed) ? { cause: `${title} needs glibc ${needed}, and this system has ${glibc}`, next: 'Use a newer distribution or container, or keep to WebAssembly.' } : undefined;
}

/** 2.9 is older than 2.28: the parts are numbers. */
function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

export function thisPlatform(): Platform {
  const { platform, arch } = process;
  if (platform !== 'linux') return { platform, arch };
  // Otherwise a report asks for the names of all open connections' other ends, which can take seconds. Not in Node 20's types.
  Object.assign(process.report, { excludeNetwork: true });
  const header = (process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header;
  return { platform, arch, glibc: header?.glibcVersionRuntime };
}
