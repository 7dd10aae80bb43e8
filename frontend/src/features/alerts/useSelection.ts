import { computed, ref } from 'vue'

/** Which rows are ticked. Rows that leave the list are no longer among them. */
export function useSelection(ids: () => number[]) {
  const ticked = ref(new Set<number>())
  let anchor: number | null = null

  const selected = computed(() => new Set(ids().filter((id) => ticked.value.has(id))))
  const isAll = computed(() => selected.value.size > 0 && selected.value.size === ids().length)

  /** With `range` (Shift) everything from the row last touched to this one becomes as this one. */
  function toggle(id: number, { range = false } = {}) {
    const on = !selected.value.has(id)
    const next = new Set(selected.value)
    for (const each of range ? between(anchor, id) : [id]) {
      if (on) next.add(each)
      else next.delete(each)
    }
    ticked.value = next
    anchor = id
  }

  function between(from: number | null, to: number): number[] {
    const all = ids()
    const start = from === null ? -1 : all.indexOf(from)
    const end = all.indexOf(to)
    return start < 0 ? [to] : all.slice(Math.min(start, end), Math.max(start, end) + 1)
  }

  function only(chosen: Iterable<number>) {
    ticked.value = new Set(chosen)
  }

  return {
    selected,
    isAll,
    toggle,
    only,
    clear: () => only([]),
    toggleAll: () => only(isAll.value ? [] : ids()),
  }
}
