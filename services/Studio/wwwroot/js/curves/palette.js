/** The curves' colors, as the style sheet has them now; read again when the person switches between light and dark. */
export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const color = name => style.getPropertyValue(name).trim();
  return {
    series: [1, 2, 3, 4, 5, 6, 7, 8].map(index => color(`--series-${index}`)),
    baseline: color('--series-baseline'),
    ink: color('--ink'),
    muted: color('--muted'),
    grid: color('--grid'),
    surface: color('--surface'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

const dashes = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
const baselineDashes = [[5, 4], [2, 4], [9, 4, 2, 4]];

/**
 * The look of one line: a color per run when several are shown and a dash per figure, else a color per figure. The pinned baseline is grey and
 * dashed, whatever else is shown.
 *
 * @returns {{color: string, dash: number[]}}
 */
export function look(palette, { runIndex, figureIndex, several, baseline }) {
  if (baseline) return { color: palette.baseline, dash: baselineDashes[figureIndex % baselineDashes.length] };
  const colorIndex = several ? runIndex : figureIndex;
  return { color: palette.series[colorIndex % palette.series.length], dash: several ? dashes[figureIndex % dashes.length] : [] };
}

/** The same color, let through by `alpha` (0 to 1). The palette's colors are `#rrggbb`. */
export function faint(color, alpha) {
  return color + Math.round(alpha * 255).toString(16).padStart(2, '0');
}
