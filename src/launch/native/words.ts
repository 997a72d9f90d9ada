/** The words that command line and editor share. */
import { ENGINES, nativeHome, HOME_VARIABLE, type EngineName, type EngineTrial } from '../../engines';
import type { Installed } from './install';

/** `inShort` fits a line of VS Code's list, 80 characters. Sizes are of Linux on x64: onnxruntime-node 1.30.0, tfjs-node 4.22.0 and the wheel of TensorFlow 2.21. */
export const ENGINE_WORDS: Readonly<Record<EngineName, { readonly brings: string; readonly fetches: string; readonly inShort: string }>> = {
  onnx: {
    brings: 'the quickest training on a processor',
    fetches: 'Fetches about 120 MB from the package registry (npm), keeps about 50 MB. Nothing is compiled.',
    inShort: '120 MB from the npm registry, keeps 50 MB; nothing is compiled',
  },
  tensorflow: {
    brings: 'TensorFlow\'s own kernels',
    fetches: 'Fetches its library from storage.googleapis.com; where that is closed, on Linux, 270 MB from the Python package index, which it compiles against (python3, g++) and keeps 1.2 GB.',
    inShort: 'From storage.googleapis.com, else 270 MB by pip and g++ (Linux); keeps 1.2 GB',
  },
};

/** `works: self-test passed, 20 ms a step against 42 ms on WebAssembly` */
export function trialText({ works, reason, stepMilliseconds: step, wasmStepMilliseconds: wasm }: EngineTrial): string {
  if (!works) return reason === undefined ? 'not installed' : `does not work: ${reason}`;
  const against = wasm === undefined ? '' : ` against ${ms(wasm)} on WebAssembly`;
  return `works: self-test passed${step === undefined ? '' : `, ${ms(step)} a step${against}`}`;
}

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;

/** Undefined where the engine is the quicker one, as far as a small policy shows it. */
export function slowerText({ stepMilliseconds: step, wasmStepMilliseconds: wasm }: EngineTrial): string | undefined {
  if (step === undefined || wasm === undefined || step < wasm) return undefined;
  return 'On a policy as small as the self-test\'s it is not quicker than WebAssembly here; "backend": "wasm" in an experiment keeps to that';
}

export const installedText = ({ trial }: Installed): string => `${ENGINES[trial.engine].title} ${trial.version} ${trialText(trial)}`;

/** How an engine that is there comes to be used. */
export const usageText = (engine: EngineName): string => `An experiment trains with it when its "backend" is "${engine}"`;

/** Undefined for the folder that every process looks into. */
export function elsewhereText(home: string): string | undefined {
  return home === nativeHome() ? undefined : `Nobody looks into ${home} unless told: set ${HOME_VARIABLE} to it for every start`;
}
