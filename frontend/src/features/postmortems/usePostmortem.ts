import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'
import * as postmortems from '@/api/postmortems'
import type { Postmortem } from '@/api/types'
import { LIVE } from '@/composables/queries'

/** One postmortem as the server has it. */
export function usePostmortem(id: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: ['postmortems', () => toValue(id)],
    queryFn: ({ signal }) => postmortems.get(toValue(id), signal),
    ...LIVE,
  })
}

/** Tells whoever else shows it. */
export function usePostmortemCache() {
  const queries = useQueryClient()
  return {
    put(postmortem: Postmortem) {
      queries.setQueryData(['postmortems', postmortem.id], postmortem)
      void queries.invalidateQueries({ queryKey: ['postmortems', 'list'] })
    },
    /** A move is told in the incident's timeline, and may let it be closed. */
    moved(postmortem: Postmortem) {
      void queries.invalidateQueries({ queryKey: ['postmortems', 'to-review'] })
      void queries.invalidateQueries({ queryKey: ['postmortems', postmortem.id, 'revisions'] })
      void queries.invalidateQueries({ queryKey: ['incidents'] })
    },
    refetch: (id: number) => queries.invalidateQueries({ queryKey: ['postmortems', id], exact: true }),
  }
}
