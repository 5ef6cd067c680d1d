/** Three significant figures, a true minus sign, and a dash for numbers that are not there. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–"
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞"
  const rounded = Number(value.toPrecision(digits))
  const size = Math.abs(rounded)
  const text = size >= 1000 ? rounded.toLocaleString("en", { maximumFractionDigits: 0 }) : `${rounded}`
  return text.replaceAll("-", "−")
}

/** With a sign in front also when positive. */
export function formatSigned(value: number | null | undefined, digits = 3): string {
  const text = formatNumber(value, digits)
  return value && value > 0 && text !== "–" ? `+${text}` : text
}

/** With as many decimals as given, zeros too; signed: with a sign in front also when positive. */
export function formatFixed(value: number, decimals: number, signed = false): string {
  const rounded = Number(value.toFixed(decimals)) || 0
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  return (signed && rounded > 0 ? "+" : "") + rounded.toLocaleString("en", digits).replace("-", "−")
}

export function formatPercent(fraction: number): string {
  return Number.isFinite(fraction) ? `${formatNumber(Math.round(fraction * 100), 4)} %` : "–"
}
