/** ONNX Runtime for Node.js: used when asked for and when it can be loaded, never needed. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { ENGINES, findEngine } from '../../engines';

const PACKAGE = ENGINES.onnx.package;

export interface RuntimeTensor {
  readonly data: Float32Array | Int32Array;
}

export interface RuntimeSession {
  run(feeds: Readonly<Record<string, RuntimeTensor>>, fetches: Readonly<Record<string, RuntimeTensor>>): Promise<Record<string, RuntimeTensor>>;
  release(): Promise<void>;
}

/** What we use of the package; it is loaded at run time, so its own types are not at hand. */
export interface OnnxRuntime {
  readonly env: { readonly versions: Readonly<Record<string, string | undefined>> };
  readonly Tensor: new (type: 'float32' | 'int32', data: Float32Array | Int32Array, dims: readonly number[]) => RuntimeTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<RuntimeSession> };
}

let loaded: OnnxRuntime | undefined;

/**
 * @param folder whose node_modules hold the package; without one, this program's own are tried.
 * @throws Error saying why it cannot be used and what would help.
 */
export function loadRuntime(folder = findEngine('onnx')?.folder): OnnxRuntime {
  if (loaded) return loaded;
  const load = createRequire(folder ? path.join(folder, 'package.json') : __filename);
  try {
    loaded = load(PACKAGE) as OnnxRuntime;
  } catch (error) {
    throw new Error(explain(error), { cause: error });
  }
  return loaded;
}

export const runtimeVersion = ({ env }: OnnxRuntime): string => env.versions.node ?? env.versions.common ?? 'of unknown version';

/**
 * One thread: at these sizes more of them cost more than they bring, and the queue runs one process a core. The graph is made
 * as it shall run; the optimiser would fold transposes into products, which are slower so on the CPU. Denormals are left as
 * they are: ONNX Runtime would flush them for the whole process, and only if its first session asked for it.
 */
const SESSION_OPTIONS = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'disabled',
  logSeverityLevel: 3,
};

export async function createSession(runtime: OnnxRuntime, model: Uint8Array, options: object = {}): Promise<RuntimeSession> {
  try {
    return await runtime.InferenceSession.create(model, { ...SESSION_OPTIONS, ...options });
  } catch (error) {
    throw new Error(`${PACKAGE} ${runtimeVersion(runtime)} does not accept the recorded training step: ${firstLine(error)}. Install version 1.30 or newer, or set the experiment's "backend" to "wasm".`, { cause: error });
  }
}

function explain(error: unknown): string {
  if ((error as { code?: string }).code === 'MODULE_NOT_FOUND') {
    return `${PACKAGE} is not installed (optional; to install it: alignment-gap native install onnx)`;
  }
  return `${PACKAGE} is installed but cannot be loaded: ${firstLine(error)}`;
}

const firstLine = (error: unknown): string => String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
