/** TensorFlow's native backend, @tensorflow/tfjs-node: used when it can be loaded, never needed. */
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { ENGINES, findEngine } from '../../engines';
import { tf } from './tensorflow';

const PACKAGE = ENGINES.tensorflow.package;

/**
 * @param folder whose node_modules hold the package; without one, this program's own are tried.
 * @returns which kernels do the work. @throws Error saying why the backend cannot be used.
 */
export async function startNative(folder = findEngine('tensorflow')?.folder): Promise<string> {
  restoreRemovedUtilities(util);
  // TensorFlow announces its processor features on standard error; only warnings are wanted there.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const load = createRequire(folder ? path.join(folder, 'package.json') : __filename);
  try {
    // Registers itself: engine and kernel registry are shared by all copies of tfjs-core in a process.
    load(PACKAGE);
  } catch (error) {
    throw new Error(explain(error), { cause: error });
  }
  if (!(await tf.setBackend('tensorflow'))) throw new Error(`${PACKAGE} was loaded, but its backend did not start`);
  return 'TensorFlow';
}

/** tfjs-node 4.22.0 calls two functions that Node.js 23 removed; every operation would throw without them. */
export function restoreRemovedUtilities(target: { isNullOrUndefined?: unknown; isArray?: unknown }): void {
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= (value: unknown) => Array.isArray(value);
}

function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'MODULE_NOT_FOUND') return `${PACKAGE} is not installed (optional; to install it: alignment-gap native install tensorflow)`;
  return `${PACKAGE} is installed but cannot be loaded: ${String(message ?? error).split('\n')[0]}`;
}
