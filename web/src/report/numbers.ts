/** A number for reading: about four significant digits, exponents only where the zeros would not fit. */
export function readable(value: number): string {
  if (Number.isInteger(value)) {
    return value.toLocaleString("en-US");
  }
  const size = Math.abs(value);
  if (size < 1e-3) {
    return value.toExponential(2);
  }
  return value.toLocaleString("en-US", { maximumFractionDigits: size < 1 ? 4 : size < 100 ? 3 : 1 });
}

/** A tick of an axis: like readable, but 0.001 stays 0.001. */
export function tick(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential(0) : String(parseFloat(value.toPrecision(6)));
}
