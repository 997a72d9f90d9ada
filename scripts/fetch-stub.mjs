// TensorFlow.js bundles node-fetch for model downloads that we never do; Node's own fetch stands in and saves 300 kB.
export default globalThis.fetch;
export const Headers = globalThis.Headers;
