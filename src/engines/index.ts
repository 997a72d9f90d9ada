export * from './engines';
export * from './folder';
export * from './trial';
