/** Matrix products in double precision. */

/** A matrix of any layout: element (i, k) at i·rowStride + k·columnStride. */
export interface Strided {
  readonly values: ArrayLike<number>;
  readonly rowStride: number;
  readonly columnStride: number;
}

export interface Sizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** [rows, columns] = start + a [rows, inner] · b [inner, columns]. */
export function product(a: Strided, b: Strided, { rows, inner, columns }: Sizes, start: (i: number, j: number) => number = () => 0): Float64Array {
  const c = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      let sum = start(i, j);
      for (let k = 0; k < inner; k += 1) sum += a.values[i * a.rowStride + k * a.columnStride]! * b.values[k * b.rowStride + j * b.columnStride]!;
      c[i * columns + j] = sum;
    }
  }
  return c;
}
