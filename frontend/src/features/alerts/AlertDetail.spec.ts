import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import * as api from '@/api/alerts'
import { i18n, speak } from '@/i18n'
import { alert } from '@/testing/alerts'
import AlertDetail from './AlertDetail.vue'

vi.mock('@/api/alerts')

const ROUTES = [{ path: '/', component: {} }]

/** The drawer, which is mounted beside the page. */
async function show(more: Parameters<typeof alert>[0]) {
  vi.mocked(api.get).mockResolvedValue(alert(more))
  vi.mocked(api.history).mockResolvedValue({ items: [], next_cursor: null })
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const router = createRouter({ history: createMemoryHistory(), routes: ROUTES })
  mount(AlertDetail, {
    props: { id: 1, known: undefined, mayMove: false },
    global: { plugins: [i18n, createPinia(), router, [VueQueryPlugin, { queryClient }]] },
    attachTo: document.body,
  })
  await flushPromises()
  return document.querySelector('[role=dialog]')!
}

describe('an alert in its drawer', () => {
  beforeAll(() => speak('en', { remember: false }))
  afterEach(() => document.body.replaceChildren())

  it('shows what came from the old system', async () => {
    const drawer = await show({ legacy_id: 'A-7', legacy: { table: 'alerts', test: true, fields: { host: 'db-01' } } })
    expect(drawer.querySelector('details')!.textContent).toMatch(/From the old system.*A-7.*host.*db-01/s)
    expect(drawer.querySelector('[title="Marked as a test in the old system"]')!.textContent).toBe('Test')
  })

  it('shows none of it for an alert that was received here', async () => {
    const drawer = await show({})
    expect(drawer.textContent).toContain('Pending')
    expect(drawer.querySelector('details')).toBeNull()
    expect(drawer.textContent).not.toMatch(/Test|old system/)
  })
})
