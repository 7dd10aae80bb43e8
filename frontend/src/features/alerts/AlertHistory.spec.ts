import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import * as api from '@/api/alerts'
import { ApiProblem } from '@/api/problem'
import { i18n, speak } from '@/i18n'
import AlertHistory from './AlertHistory.vue'

vi.mock('@/api/alerts')

function show() {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  return mount(AlertHistory, {
    props: { id: 1, version: 1 },
    global: { plugins: [i18n, createPinia(), router, [VueQueryPlugin, { queryClient }]] },
  })
}

describe('the history of an alert', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('fails when a fault looks as if nothing had happened, or cannot be tried again', async () => {
    vi.mocked(api.history).mockRejectedValueOnce(new ApiProblem({ status: 0, code: 'network' }))
    vi.mocked(api.history).mockResolvedValueOnce({ items: [], next_cursor: null })
    const history = show()
    expect(history.find('[role=status]').exists(), 'while it loads').toBe(true)
    await flushPromises()
    expect(history.get('[role=alert]').text()).toContain('The server cannot be reached.')
    await history.get('button').trigger('click')
    await flushPromises()
    expect(history.text()).toContain('Nothing has happened to it yet.')
  })
})
