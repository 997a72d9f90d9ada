import path from 'node:path';
import { buildKernels } from '../../scripts/kernels.mjs';

/** The engine's tests run from the sources; their WebAssembly kernels must be those of the sources too. */
export const setup = (): void => {
  buildKernels(path.resolve(import.meta.dirname, '../../dist'));
};
