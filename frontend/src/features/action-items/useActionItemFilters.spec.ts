import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { User } from '@/api/types'
import { useSession } from '@/stores/session'
import { useActionItemFilters } from './useActionItemFilters'

async function at(address: string) {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/action-items', component: { render: () => h('i') } }] })
  await router.push(address)
  let filters!: ReturnType<typeof useActionItemFilters>
  const Probe = defineComponent(() => {
    filters = useActionItemFilters()
    return () => h('i')
  })
  mount(Probe, { global: { plugins: [router] } })
  return { router, filters }
}

describe('the filters of the action items', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    useSession().user = { id: 3 } as User
  })

  it('fails when finished items crowd the list that one opens', async () => {
    const { filters } = await at('/action-items')
    expect(filters.query.value).toMatchObject({ status: 'Open,InProgress,Done', sort: 'due_on' })
    expect(filters.narrowed.value).toBe(false)
  })

  it('fails when a link to one incident hides what is done with', async () => {
    const { filters } = await at('/action-items?incident_id=7')
    expect(filters.query.value).toMatchObject({ incident_id: 7, status: undefined })
  })

  it('fails when an address that somebody typed is refused by the server', async () => {
    const { filters } = await at('/action-items?status=Nonsense&incident_id=x&overdue=maybe&owner=-1')
    const { owner_id, status, overdue, incident_id } = filters.query.value
    expect([owner_id, status, overdue, incident_id]).toEqual([undefined, undefined, undefined, undefined])
  })

  it('fails when a filter is not in the address', async () => {
    const { router, filters } = await at('/action-items?q=disk')
    filters.mine.value = true
    await nextTick()
    await router.isReady()
    await new Promise((resolve) => setTimeout(resolve))
    expect(router.currentRoute.value.query).toEqual({ q: 'disk', owner: 'me' })
    expect(filters.query.value.owner_id).toBe(3)
  })
})
