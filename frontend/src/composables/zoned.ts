/** `<input type="datetime-local">` knows no zones: these carry its wall-clock text to instants and back. */

export function toWall(instant: string | Date, zone?: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(instant))
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`
}

/** The instant at which a clock in `zone` shows `wall`, or null when there is none. */
export function fromWall(wall: string, zone?: string): string | null {
  const asUtc = Date.parse(`${wall}:00Z`)
  // A year of which only the first digits have been typed yet.
  if (Number.isNaN(asUtc) || wall < '1000') return null
  const shift = (instant: number) => Date.parse(`${toWall(new Date(instant), zone)}:00Z`) - instant
  // Once more with the offset found: it may differ across a change of summer time.
  const first = asUtc - shift(asUtc)
  return new Date(asUtc - shift(first)).toISOString()
}
