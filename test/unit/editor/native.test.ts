/** What the list of native engines says before anything is fetched. */
import { expect, it } from 'vitest';
import { engineChoices } from '../../../src/editor/native/model/choices';

it('offers both engines with what they bring, what they fetch and from where', () => {
  const [onnx, tensorflow] = engineChoices((engine) => engine === 'onnx');
  expect(onnx).toMatchObject({ engine: 'onnx', label: 'ONNX Runtime' });
  expect(onnx?.description).toContain('onnxruntime-node 1.30.0, installed');
  expect(onnx?.detail).toMatch(/120 MB.*npm.*keeps 50 MB/);
  expect(tensorflow?.description).not.toContain('installed');
  expect(tensorflow?.detail).toMatch(/storage\.googleapis\.com.*270 MB by pip and g\+\+.*1\.2 GB/);
  // VS Code cuts what is longer.
  for (const choice of [onnx, tensorflow]) expect(choice?.detail.length).toBeLessThanOrEqual(80);
});
