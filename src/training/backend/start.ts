/** Chooses and starts a backend; every one is tried out on a tiny model before it is trusted. */
import type { RunConfig } from '../../core/experiment/config';
import { startOnnx } from '../onnx/start';
import { trainWith } from '../optimiser/trainer';
import { startNative } from './native';
import { runBackendSelfTest } from './selfTest';
import { tf } from './tensorflow';
import { startWasm, withoutOverrides } from './wasm';

export type BackendPreference = RunConfig['backend'];
export type BackendName = Exclude<BackendPreference, 'auto'>;

export interface BackendInfo {
  readonly name: BackendName;
  /** Which kernels do the work, e.g. `stock`. */
  readonly kernels: string;
  /** Of TensorFlow.js. */
  readonly version: string;
  /** Why not the backends preferred to this one; empty when it is the first choice. For the manifest and the log. */
  readonly reasons: readonly string[];
}

/** Starts one backend; answers which kernels do the work, throws why it cannot be used. */
export type Starter = () => Promise<string>;
export type Starters = Readonly<Record<Exclude<BackendName, 'onnx'>, Starter>>;

export const STARTERS: Starters = {
  tensorflow: async () => {
    const kernels = await startNative();
    runBackendSelfTest();
    return kernels;
  },
  wasm: startCheckedWasm,
  cpu: async () => {
    if (!(await tf.setBackend('cpu'))) throw new Error('TensorFlow.js could not start its plain JavaScript backend');
    runBackendSelfTest();
    return 'stock';
  },
};

/** Our kernels must earn their place each time; the stock ones take over when they do not. */
async function startCheckedWasm(): Promise<string> {
  const kernels = await startWasm();
  try {
    runBackendSelfTest();
    return kernels;
  } catch (error) {
    const stock = withoutOverrides(messageOf(error));
    runBackendSelfTest();
    return stock;
  }
}

const CANDIDATES: Readonly<Record<BackendPreference, readonly BackendName[]>> = {
  auto: ['wasm', 'tensorflow', 'cpu'],
  tensorflow: ['tensorflow'],
  onnx: ['onnx'],
  wasm: ['wasm'],
  cpu: ['cpu'],
};

/**
 * Starts the preferred backend; `auto` takes the first of wasm, tensorflow and cpu that works, the quickest first: with our kernels
 * wasm trains a small policy more than twice as fast as TensorFlow's library (docs/performance.md). `onnx` must be asked for: what
 * it needs is rarely there, and each training process pays half a second to record its steps.
 * @throws Error naming every reason when none does.
 */
export async function startBackend(preference: BackendPreference, starters: Starters = STARTERS): Promise<BackendInfo> {
  const reasons: string[] = [];
  for (const name of CANDIDATES[preference]) {
    try {
      const kernels = await startNamed(name, starters);
      if (name === 'cpu' && preference === 'auto') reasons.push('cpu: plain JavaScript is used instead, ten times slower or more');
      return { name, kernels, version: tf.version_core, reasons };
    } catch (error) {
      reasons.push(`${name}: ${messageOf(error)}`);
    }
  }
  const advice = preference === 'auto' ? 'Install the program again.' : 'Set the experiment\'s "backend" to "auto", or repair what is named here.';
  throw new Error(`No backend can train here. ${reasons.join('; ')}. ${advice}`);
}

/** `onnx` takes over the training steps of the wasm backend; all others compute them themselves. */
export async function startNamed(name: BackendName, starters: Starters = STARTERS): Promise<string> {
  trainWith();
  return name === 'onnx' ? startOnnx(starters.wasm) : starters[name]();
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
