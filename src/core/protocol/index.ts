export * from './data';
export * from './messages';
export * from './encode';
export * from './decode';
export * from './guards';
export * from './page';
