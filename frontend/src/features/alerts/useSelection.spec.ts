import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { useSelection } from './useSelection'

describe('the selection', () => {
  it('fails when Shift ticks anything but the rows between, upwards as downwards', () => {
    const selection = useSelection(() => [1, 2, 3, 4, 5])
    selection.toggle(4)
    selection.toggle(2, { range: true })
    expect([...selection.selected.value]).toEqual([2, 3, 4])
    selection.toggle(3, { range: true })
    expect([...selection.selected.value], 'unticking a range').toEqual([4])
  })

  it('fails when Shift without a row before it ticks from the top', () => {
    const selection = useSelection(() => [1, 2, 3])
    selection.toggle(3, { range: true })
    expect([...selection.selected.value]).toEqual([3])
  })

  it('fails when a row that left the list is still acted on', () => {
    const ids = ref([1, 2, 3])
    const selection = useSelection(() => ids.value)
    selection.toggleAll()
    ids.value = [2, 9]
    expect([...selection.selected.value]).toEqual([2])
    expect(selection.isAll.value).toBe(false)
    selection.toggle(9, { range: true })
    expect([...selection.selected.value], 'its anchor is gone').toEqual([2, 9])
  })
})
