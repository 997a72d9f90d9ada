/** What tools really print, and what a person is told. */
import { describe, expect, it } from 'vitest';
import { causeIn, unsupported, type Platform, type Source } from '../../../../src/launch/native/causes';

const FALLBACK = { cause: 'fallback', next: 'fallback' };

describe('the cause in what a tool printed', () => {
  it.each<[Source, string, RegExp, RegExp]>([
    ['npm', 'npm error code ENOTFOUND\nnpm error network request to https://registry.example/onnxruntime-node failed, reason: getaddrinfo ENOTFOUND registry.example', /registry cannot be reached/, /npm ping/],
    ['npm', 'npm error code ECONNREFUSED\nnpm error errno ECONNREFUSED', /registry cannot be reached/, /proxy/],
    ['npm', 'npm error https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz\nnpm error Error: getaddrinfo ENOTFOUND storage.googleapis.com', /library could not be fetched from storage\.googleapis\.com/, /firewall/],
    ['npm', 'npm error code SELF_SIGNED_CERT_IN_CHAIN', /certificate is not trusted/, /cafile/],
    ['npm', 'npm error code E403\nnpm error 403 403 Forbidden - GET https://registry.example/onnxruntime-node', /refuses access/, /npm login/],
    ['npm', 'npm error code E404\nnpm error 404 Not Found', /does not have this version/, /npm config get registry/],
    ['npm', 'npm error code ETARGET\nnpm error notarget No matching version found for onnxruntime-node@1.30.0.', /does not have this version/, /registry/],
    ['npm', 'npm error code E503', /an error of its own/, /later/],
    ['npm', 'npm error code ENOSPC\nnpm error syscall write', /disk is full/, /--folder/],
    ['npm', 'npm error code EACCES\nnpm error syscall mkdir', /may not be written/, /permissions/],
    ['npm', 'npm error code EINTEGRITY', /damaged/, /npm cache verify/],
    ['npm', 'ERROR: npm v11.19.1 is known not to run on Node.js v16.20.0. npm does not support Node.js v16.20.0', /too old/, /Node 20/],
    ['npm', 'npm error code EBADPLATFORM', /no build for this operating system/, /WebAssembly/],
    ['npm', 'env: \u2018node\u2019: No such file or directory', /finds no node/, /PATH/],
    ['npm', 'npm error something new', /fallback/, /fallback/],
    ['pip', '/usr/bin/python3: No module named pip', /no pip/, /python3-pip/],
    ['pip', 'WARNING: Retrying (Retry(total=0 … NewConnectionError(…))\nERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0', /index cannot be reached/, /proxy/],
    ['pip', 'ERROR: No matching distribution found for tensorflow-cpu==2.21.0', /no wheel for this machine/, /glibc 2\.27/],
    ['pip', 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', /disk is full/, /--folder/],
    ['compiler', 'g++: fatal error: Killed signal terminated program cc1plus', /not enough memory/, /1 GB/],
    ['compiler', 'binding/utils.h:21:10: fatal error: cstring: No such file or directory', /header cstring is missing/, /apt install g\+\+/],
    ['compiler', 'g++: error: unrecognized command line option \u2018-std=c++17\u2019', /compiler is too old/, /g\+\+ 9/],
    ['unpack', 'zipfile.BadZipFile: File is not a zip file', /damaged/, /again/],
    ['loading', "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.28' not found (required by …/onnxruntime_binding.node)", /C library is too old: it lacks GLIBC_2\.28/, /newer distribution/],
    ['loading', "/usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.29' not found", /C\+\+ library is too old: it lacks GLIBCXX_3\.4\.29/, /libstdc\+\+/],
    ['loading', 'Error loading shared library ld-linux-x86-64.so.2: No such file or directory', /musl/, /glibc/],
    ['loading', 'was compiled against a different Node.js version using NODE_MODULE_VERSION 93', /does not fit this version of Node/, /Node 20/],
    ['loading', 'libgomp.so.1: cannot open shared object file: No such file or directory', /system library libgomp\.so\.1 is missing/, /package/],
    ['loading', 'The specified module could not be found.\n\\\\?\\C:\\onnxruntime_binding.node', /system library is missing/, /Visual C\+\+/],
    ['loading', 'the process that tried it was ended by SIGILL', /processor lacks instructions/, /WebAssembly/],
    ['loading', 'invalid ELF header', /another kind of machine/, /on this machine/],
  ])('%s: %s', (source, text, cause, next) => {
    const found = causeIn(source, text, FALLBACK);
    expect(found.cause).toMatch(cause);
    expect(found.next).toMatch(next);
  });
});

describe('machines that cannot have an engine, before anything is fetched', () => {
  const linux: Platform = { platform: 'linux', arch: 'x64', glibc: '2.36' };
  it.each<['onnx' | 'tensorflow', Partial<Platform>, RegExp | undefined]>([
    ['onnx', {}, undefined],
    ['onnx', { glibc: '2.28' }, undefined],
    ['onnx', { glibc: '2.9' }, /needs glibc 2\.28, and this system has 2\.9/],
    ['onnx', { glibc: '2.27' }, /needs glibc 2\.28/],
    ['tensorflow', { glibc: '2.27' }, undefined],
    ['onnx', { glibc: undefined }, /musl/],
    ['onnx', { arch: 'arm64' }, undefined],
    ['onnx', { arch: 'ppc64' }, /no build for linux ppc64/],
    ['onnx', { platform: 'darwin', arch: 'x64', glibc: undefined }, /no build for darwin x64.*darwin arm64/],
    ['onnx', { platform: 'darwin', arch: 'arm64', glibc: undefined }, undefined],
    ['tensorflow', { platform: 'darwin', arch: 'x64', glibc: undefined }, undefined],
    ['tensorflow', { platform: 'win32', arch: 'arm64', glibc: undefined }, /no build for win32 arm64/],
  ])('%s on %j', (engine, changes, expected) => {
    const why = unsupported(engine, { ...linux, ...changes })?.cause;
    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(expected);
  });

  it('on a Mac with an Intel processor the other engine is named', () => {
    expect(unsupported('onnx', { platform: 'darwin', arch: 'x64' })?.next).toContain('alignment-gap native install tensorflow');
  });
});
