// What the WebAssembly module offers. Pointers are byte offsets into the memory that it is given; floats have 32 bits, noise 64.
// It keeps nothing between calls and has no memory of its own: scratch is the caller's.
export { adam, sumOfSquares } from './adam';
export { segmentSum, transpose } from './arrays';
export { attentionBackward, attentionForward, attentionScratch, probabilityStride } from './attention';
export { cacheBlock, cachedAttention } from './cache';
export { drawTokens } from './draw';
export { addBias, columnSums, gelu, lastPositions, lastPositionsBackward, relu, reluBackward, scaleBy, zero } from './elementwise';
export { embed, embedBackward } from './embedding';
export { logProbabilityBackward, logProbabilityForward } from './logProbability';
export { multiply, packedBytes, packRight } from './matrix';
export { normBackward, normForward } from './norm';
export { gatherRows, scatterRows } from './rows';
