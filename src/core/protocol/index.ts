export * from './data';
export * from './messages';
export * from './encode';
export * from './decode';
export * from './format';
export * from './guards';
export * from './page';
export * from './views';
