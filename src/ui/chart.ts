export interface Series {
  label: string;
  /** Oldest first. */
  values: readonly number[];
  /** The top of the scale. */
  max: number;
  /** The last value in words. */
  text: string;
  color: string;
}

const WIDTH = 260;
const ROW = 34;
const LABEL = 120;
/** An image does not know the theme: this can be read on light and on dark. */
const GREY = '#808080';

/** Small line charts, one below the other, in colours that can be seen on light and dark. @returns an SVG document */
export function chartSvg(series: readonly Series[]): string {
  const rows = series.map((each, index) => row(each, index * ROW)).join('');
  const style = 'font-family="sans-serif" font-size="12"';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${series.length * ROW}" ${style}>${rows}</svg>`;
}

function row({ label, values, max, text, color }: Series, top: number): string {
  const width = WIDTH - LABEL;
  const height = ROW - 8;
  const bottom = top + height;
  const x = (index: number) => (LABEL + (values.length < 2 ? width : (index / (values.length - 1)) * width)).toFixed(1);
  const y = (value: number) => (bottom - Math.min(1, max > 0 ? value / max : 0) * (height - 4)).toFixed(1);
  const points = (values.length === 1 ? [...values, ...values] : values).map(
    (value, index) => `${index === 0 && values.length === 1 ? LABEL : x(index)},${y(value)}`,
  );
  const line = points.join(' ');
  return (
    `<text x="0" y="${top + 12}" fill="${GREY}">${label}</text><text x="0" y="${top + 26}" fill="${GREY}">${text}</text>` +
    `<line x1="${LABEL}" y1="${bottom}" x2="${WIDTH}" y2="${bottom}" stroke="${GREY}" stroke-opacity="0.4"/>` +
    `<polygon points="${LABEL},${bottom} ${line} ${WIDTH},${bottom}" fill="${color}" fill-opacity="0.2"/>` +
    `<polyline points="${line}" fill="none" stroke="${color}" stroke-width="1.5"/>`
  );
}
