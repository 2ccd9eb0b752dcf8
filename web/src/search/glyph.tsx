// A pattern that stands for a code where there is no image.
const side = 8;

export function CodeGlyph({ text }: { text: string }) {
  const cells = bitsOf(text);
  return (
    <svg class="glyph" viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
      {cells.map((on, i) => on && <rect key={i} x={i % side} y={Math.floor(i / side)} width="0.86" height="0.86" rx="0.2" />)}
    </svg>
  );
}

function bitsOf(text: string): boolean[] {
  const hexadecimal = /^[0-9a-f]{8,}$/.test(text);
  return Array.from({ length: side * side }, (_, i) => {
    const bit = hexadecimal ? parseInt(text.charAt(Math.floor(i / 4) % text.length), 16) >> (i % 4) : text.charCodeAt(i % text.length) >> (i % 5);
    return (bit & 1) === 1;
  });
}
