export * from './base';
export * from './data';
export * from './sweeps';
