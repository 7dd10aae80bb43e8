import { mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { ApiProblem } from '@/api/problem'
import { i18n, speak } from '@/i18n'
import ListState from './ListState.vue'

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
const ROWS = 'the rows themselves'
const broken = new ApiProblem({ status: 0, code: 'network' })

const show = (props: { loading: boolean; error?: unknown; empty?: boolean; emptyTitle?: string; emptyHint?: string; rows?: number }) =>
  mount(ListState, { props, slots: { default: ROWS, 'empty-action': 'Add one' }, global: { plugins: [i18n, router] } })

describe('the state of a list', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('fails when waiting is not told, has another height than what comes, or looks like nothing or a fault', () => {
    const list = show({ loading: true, empty: true, error: broken, rows: 3 })
    expect(list.get('[role=status]').text()).toBe('Loading')
    expect(list.findAll('.h-12')).toHaveLength(3)
    expect(list.find('[role=alert]').exists()).toBe(false)
    expect(list.text()).not.toContain(ROWS)
  })

  it('fails when a fault looks like an empty list, is not explained, or cannot be tried again', async () => {
    const list = show({ loading: false, error: broken, empty: true })
    expect(list.get('[role=alert]').text()).toContain('The server cannot be reached.')
    await list.get('button').trigger('click')
    expect(list.emitted('retry')).toHaveLength(1)
    expect(list.text()).not.toContain('Nothing here yet')
    expect(list.text()).not.toContain(ROWS)
  })

  it('fails when an empty list does not say so, or what to do', () => {
    expect(show({ loading: false, empty: true }).text()).toContain('Nothing here yet')
    const list = show({ loading: false, empty: true, emptyTitle: 'No alerts', emptyHint: 'Good.' })
    for (const text of ['No alerts', 'Good.', 'Add one']) expect(list.text()).toContain(text)
    expect(list.text()).not.toContain(ROWS)
  })

  it('fails when what was loaded does not stand alone', () => {
    expect(show({ loading: false }).text()).toBe(ROWS)
  })
})
