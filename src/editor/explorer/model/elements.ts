/** What the tree is made of. An element is an address; what its row shows is looked up when the row is drawn. */
export type TreeElement =
  | { readonly kind: 'root'; readonly id: string; readonly path: string }
  /** Of a root; `index` into its problems. */
  | { readonly kind: 'problem'; readonly id: string; readonly path: string; readonly index: number }
  | { readonly kind: 'study'; readonly id: string; readonly path: string }
  | { readonly kind: 'experiment'; readonly id: string; readonly path: string }
  | { readonly kind: 'stages'; readonly id: string; readonly path: string }
  | { readonly kind: 'stage'; readonly id: string; readonly path: string; readonly stage: string }
  | { readonly kind: 'run'; readonly id: string; readonly path: string }
  | { readonly kind: 'checkpoint'; readonly id: string; readonly path: string; readonly step: number };

type Without<T> = T extends unknown ? Omit<T, 'id'> : never;
export type Address = Without<TreeElement>;

/** VS Code knows a row again, when it is refreshed, by the object: one object for each address. */
export class ElementCache {
  private readonly elements = new Map<string, TreeElement>();

  get(address: Address): TreeElement {
    const id = idOf(address);
    const known = this.elements.get(id);
    if (known !== undefined) return known;
    const element: TreeElement = { ...address, id };
    this.elements.set(id, element);
    return element;
  }
}

function idOf(address: Address): string {
  switch (address.kind) {
    case 'stage':
      return `stage:${address.path}:${address.stage}`;
    case 'checkpoint':
      return `checkpoint:${address.path}:${address.step}`;
    case 'problem':
      return `problem:${address.path}:${address.index}`;
    case 'root':
    case 'study':
    case 'experiment':
    case 'stages':
    case 'run':
      return `${address.kind}:${address.path}`;
  }
}
