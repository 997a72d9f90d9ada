/** Chooses and starts a backend; every one is tried out on a tiny model before it is trusted. */
import type { RunConfig } from '../../core/experiment/config';
import { startNative } from './native';
import { runSelfTest } from './selfTest';
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
export type Starters = Readonly<Record<BackendName, Starter>>;

export const STARTERS: Starters = {
  tensorflow: async () => {
    const kernels = await startNative();
    runSelfTest();
    return kernels;
  },
  wasm: startCheckedWasm,
  cpu: async () => {
    if (!(await tf.setBackend('cpu'))) throw new Error('TensorFlow.js could not start its plain JavaScript backend');
    runSelfTest();
    return 'stock';
  },
};

/** Our kernels must earn their place each time; the stock ones take over when they do not. */
async function startCheckedWasm(): Promise<string> {
  const kernels = await startWasm();
  try {
    runSelfTest();
    return kernels;
  } catch (error) {
    const stock = withoutOverrides(error);
    runSelfTest();
    return stock;
  }
}

const CANDIDATES: Readonly<Record<BackendPreference, readonly BackendName[]>> = {
  auto: ['tensorflow', 'wasm', 'cpu'],
  tensorflow: ['tensorflow'],
  wasm: ['wasm'],
  cpu: ['cpu'],
};

/**
 * Starts the preferred backend; `auto` takes the first of tensorflow, wasm and cpu that works.
 * @throws Error naming every reason when none does.
 */
export async function startBackend(preference: BackendPreference, starters: Starters = STARTERS): Promise<BackendInfo> {
  const reasons: string[] = [];
  for (const name of CANDIDATES[preference]) {
    try {
      const kernels = await starters[name]();
      if (name === 'cpu' && preference === 'auto') reasons.push('cpu: plain JavaScript is used instead, ten times slower or more');
      return { name, kernels, version: tf.version_core, reasons };
    } catch (error) {
      reasons.push(`${name}: ${messageOf(error)}`);
    }
  }
  const advice = preference === 'auto' ? 'Install the program again.' : 'Set the experiment\'s "backend" to "auto", or repair what is named here.';
  throw new Error(`No backend can train here. ${reasons.join('; ')}. ${advice}`);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
