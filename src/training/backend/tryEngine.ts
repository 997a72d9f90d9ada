/**
 * Tries one native engine in a process of its own: from where it comes, whether it loads and passes its self-test, and
 * how fast it is beside WebAssembly. Installing and `alignment-gap native` go by what this says, nothing else.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { ENGINES, findEngine, type EngineName, type EngineTrial } from '../../engines';
import { probeBackends, PROBED } from './probe';
import { STARTERS, messageOf } from './start';

const ROUNDS = 3;

type Place = Pick<EngineTrial, 'from' | 'folder'>;

export async function tryEngine(engine: EngineName): Promise<EngineTrial> {
  const known = { engine, version: ENGINES[engine].version };
  const place: Place | undefined = findEngine(engine) ?? inProgram(engine);
  if (place === undefined) return { ...known, works: false };
  try {
    return { ...known, ...place, works: true, ...(await measure(engine, place.folder)) };
  } catch (error) {
    return { ...known, ...place, works: false, reason: messageOf(error) };
  }
}

function inProgram(engine: EngineName): Place | undefined {
  try {
    createRequire(__filename).resolve(`${ENGINES[engine].package}/package.json`);
    return { from: 'program' };
  } catch {
    // Nor there: it is not installed, which is no error.
    return undefined;
  }
}

async function measure(engine: EngineName, folder: string | undefined): Promise<Pick<EngineTrial, 'stepMilliseconds' | 'wasmStepMilliseconds'>> {
  if (engine === 'onnx') await runSmallestGraph(folder);
  // An engine and the backend that it serves have one name.
  const backend = PROBED.find((name) => name === engine);
  if (backend === undefined) return {};
  const quickest = { own: Infinity, wasm: Infinity };
  // By turns, for what else the machine does meanwhile must not decide between the two.
  for (let round = 0; round < ROUNDS; round += 1) {
    const [own, wasm] = await probeBackends(STARTERS, [backend, 'wasm']);
    if (own?.available !== true) throw new Error(own?.reason ?? 'it was not tried');
    quickest.own = Math.min(quickest.own, own.stepMilliseconds ?? Infinity);
    quickest.wasm = Math.min(quickest.wasm, wasm?.stepMilliseconds ?? Infinity);
  }
  return { ...(quickest.own < Infinity && { stepMilliseconds: quickest.own }), ...(quickest.wasm < Infinity && { wasmStepMilliseconds: quickest.wasm }) };
}

/** An ONNX model, opset 13, float32 [2]: y = x + x. 65 bytes, written field by field from onnx.proto. */
const SMALLEST_GRAPH = 'CAg6OQoOCgF4CgF4EgF5IgNBZGQSBXR3aWNlWg8KAXgSCgoICAESBAoCCAJiDwoBeRIKCggIARIECgIIAkICEA0=';

/** What of onnxruntime-node is used here. */
interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array): Promise<{ run(feeds: Record<string, unknown>): Promise<Record<string, { readonly data: Float32Array }>> }> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

/** Loading alone would say that the library is there; a graph that gives the right numbers says that it computes. */
async function runSmallestGraph(folder: string | undefined): Promise<void> {
  const load = createRequire(folder === undefined ? __filename : path.join(folder, 'package.json'));
  const { InferenceSession, Tensor } = load(ENGINES.onnx.package) as OnnxRuntime;
  const session = await InferenceSession.create(Buffer.from(SMALLEST_GRAPH, 'base64'));
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1.5, -2), [2]) });
  if (String(y?.data) !== '3,-4') throw new Error(`the self-test failed: twice 1.5 and -2 is ${String(y?.data)}, should be 3,-4`);
}
