import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { ApiProblem } from '@/api/problem'
import LoadMore from '@/components/LoadMore.vue'
import { i18n, speak } from '@/i18n'
import { usePages } from './usePages'

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
const refusal = new ApiProblem({ status: 422, code: 'invalid' })
const page = (items: number[], next_cursor: string | null = null) => ({ items, next_cursor })

function start(ask: (cursor: string | undefined) => Promise<{ items: number[]; next_cursor: string | null }>, keep = false) {
  const key = ref('a')
  let list!: ReturnType<typeof usePages<number>>
  const Probe = defineComponent(() => {
    list = usePages(['numbers', key], ask, { keep })
    return () => h(LoadMore, { list })
  })
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const part = mount(Probe, { global: { plugins: [i18n, router, [VueQueryPlugin, { queryClient }]] } })
  return { list, key, button: () => part.find('button') }
}

describe('a list in pages', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('fails when the rest cannot be reached, or is offered where there is none', async () => {
    const ask = vi.fn(async (cursor?: string) => (cursor ? page([3]) : page([1, 2], 'next')))
    const { list, button } = start(ask)
    await flushPromises()
    expect([list.rows, list.hasMore]).toEqual([[1, 2], true])
    await button().trigger('click')
    await flushPromises()
    expect([list.rows, button().exists()]).toEqual([[1, 2, 3], false])
    expect(ask.mock.calls.map(([cursor]) => cursor)).toEqual([undefined, 'next'])
  })

  it('fails when rows that are there give way to an error, or its button does not try again', async () => {
    const ask = vi.fn(async (cursor?: string) => (cursor ? Promise.reject(refusal) : page([1], 'next')))
    const { list, button } = start(ask)
    await flushPromises()
    await button().trigger('click')
    await flushPromises()
    expect([list.rows, list.error, list.moreFailed]).toEqual([[1], null, true])
    ask.mockResolvedValue(page([2]))
    await button().trigger('click')
    await flushPromises()
    expect([list.rows, list.moreFailed]).toEqual([[1, 2], false])
  })

  it('fails when an error is hidden although nothing is there', async () => {
    const { list } = start(async () => Promise.reject(refusal))
    await flushPromises()
    expect([list.isLoading, list.error]).toEqual([false, refusal])
  })

  it('fails when rows of another key stay that nobody asked to keep', async () => {
    for (const [keep, rows] of [[false, []], [true, [1]]] as const) {
      const { list, key } = start(vi.fn().mockResolvedValueOnce(page([1])).mockReturnValue(new Promise(() => {})), keep)
      await flushPromises()
      key.value = 'b'
      await nextTick()
      expect(list.rows).toEqual(rows)
    }
  })
})
