// The JSON that an item carries, in a line.
export function summary(payload: unknown): string {
  if (payload === null || payload === undefined) return "";
  if (typeof payload !== "object") return String(payload);
  if (Array.isArray(payload)) return payload.map(short).join(", ");
  return Object.entries(payload).map(([name, value]) => `${name}: ${short(value)}`).join(" · ");
}

function short(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return Array.isArray(value) ? `[${value.length}]` : "{…}";
}
