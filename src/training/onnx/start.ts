/** Training steps by ONNX Runtime; sampling and evaluation stay with the TensorFlow.js backend that was started for them. */
import { trainWith } from '../optimiser/trainer';
import { loadRuntime, runtimeVersion } from './runtime';
import { selfTestRuntime } from './selfTest';
import { onnxTrainers } from './trainer';

/** @returns what does the work. @throws Error saying why it cannot be used. */
export async function startOnnx(startRest: () => Promise<string>): Promise<string> {
  const runtime = loadRuntime();
  const rest = await startRest();
  await selfTestRuntime(runtime);
  trainWith(onnxTrainers(runtime));
  return `training steps: ONNX Runtime ${runtimeVersion(runtime)} on the CPU; all else: wasm, ${rest}`;
}
