/** `j` and `k` in a list: the focus itself walks from row to row, so Enter and the screen reader follow. */
export function useRowFocus(box: () => HTMLElement | null | undefined) {
  function step(by: 1 | -1) {
    const rows = [...(box()?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const at = rows.findIndex((row) => (row.closest('li') ?? row).contains(document.activeElement))
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))
    rows[next]?.focus()
    rows[next]?.closest('li')?.scrollIntoView({ block: 'nearest' })
  }
  return { next: () => step(1), previous: () => step(-1) }
}
