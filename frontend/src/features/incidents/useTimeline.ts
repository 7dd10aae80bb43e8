import { useQueryClient } from '@tanstack/vue-query'
import { ref, toValue, type MaybeRefOrGetter } from 'vue'
import * as incidents from '@/api/incidents'
import { usePages } from '@/composables/usePages'

const AT_ONCE = 100

/** What happened, oldest first, and a way to note more. */
export function useTimeline(id: MaybeRefOrGetter<number>) {
  const queries = useQueryClient()
  const list = usePages(
    ['incidents', () => toValue(id), 'timeline'],
    (cursor, signal) => incidents.timeline(toValue(id), { limit: AT_ONCE, cursor }, signal),
    { live: true },
  )

  const sending = ref(false)

  async function note(text: string, occurred_at: string | null) {
    sending.value = true
    try {
      await incidents.addNote(toValue(id), { text, ...(occurred_at && { occurred_at }) })
      await queries.invalidateQueries({ queryKey: ['incidents', toValue(id), 'timeline'] })
    } finally {
      sending.value = false
    }
  }

  return { list, sending, note }
}
