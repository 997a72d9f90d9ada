/** Runs TensorFlow.js code on the recording backend. */
import { fusedName, type RecordedLayer } from '../../backend/fused';
import { tf } from '../../backend/tensorflow';
import type { Graph } from '../model/graph';
import { RECORDER, RecorderBackend } from './backend';
import { RecordedCall, type KernelTable } from './kernel';
import { ELEMENTWISE } from './kernels/elementwise';
import { LOOKUP } from './kernels/lookup';
import { PRODUCTS } from './kernels/products';
import { REDUCTIONS } from './kernels/reductions';
import { SHAPES } from './kernels/shapes';
import { ATTENTION } from './layers/attention';
import { GELU } from './layers/gelu';
import { LOG_PROBABILITY } from './layers/logProbability';
import { NORM } from './layers/norm';

const KERNELS: readonly KernelTable[] = [ELEMENTWISE, LOOKUP, PRODUCTS, REDUCTIONS, SHAPES];
/** Our own layers, by the names under which the model asks for them (`runFused`). */
const LAYERS: readonly KernelTable[] = [ATTENTION, GELU, LOG_PROBABILITY, NORM];

let backend: RecorderBackend | undefined;

/** What `write` does on the backend ends up in the graph; its tensors are disposed. The backend in use before is so again after. */
export async function recording<T>(write: (graph: Graph, backend: RecorderBackend) => T): Promise<T> {
  const recorder = (backend ??= registered());
  const before = tf.getBackend();
  await tf.setBackend(RECORDER);
  tf.engine().startScope();
  try {
    return write(recorder.begin(), recorder);
  } finally {
    tf.engine().endScope();
    await tf.setBackend(before);
  }
}

function registered(): RecorderBackend {
  const recorder = new RecorderBackend();
  tf.registerBackend(RECORDER, () => recorder, 0);
  const register = (kernelName: string, kernel: KernelTable[string]): void => {
    tf.registerKernel({ kernelName, backendName: RECORDER, kernelFunc: ({ inputs, attrs }) => kernel(new RecordedCall(recorder, inputs, attrs ?? {})) });
  };
  for (const [name, kernel] of KERNELS.flatMap(Object.entries<KernelTable[string]>)) register(name, kernel);
  for (const [name, kernel] of LAYERS.flatMap(Object.entries<KernelTable[string]>)) register(fusedName(name as RecordedLayer), kernel);
  return recorder;
}

/** A tensor that stands for a value of the graph. */
export const tensorNamed = (recorder: RecorderBackend, name: string, shape: readonly number[], dtype: tf.DataType = 'float32'): tf.Tensor =>
  tf.engine().makeTensorFromTensorInfo(recorder.result(name, shape, dtype));
