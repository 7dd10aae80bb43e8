import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, speak } from '@/i18n'
import { alert } from '@/testing/alerts'
import AlertRow from './AlertRow.vue'

const ROUTES = [{ path: '/', component: {} }]
const show = (more: Parameters<typeof alert>[0]) =>
  mount(AlertRow, {
    props: { alert: alert(more), to: '/', selected: false },
    global: { plugins: [i18n, createPinia(), createRouter({ history: createMemoryHistory(), routes: ROUTES })] },
  })

describe('a row of the list of alerts', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('marks a test of the old system beside the title', () => {
    const cell = (more: Parameters<typeof alert>[0]) => show(more).get('a').element.parentElement!.textContent
    expect(cell({ legacy_id: '7', legacy: { table: 'alerts', test: true } })).toBe('Disk almost fullTest')
    expect(cell({})).toBe('Disk almost full')
  })

  it('calls a recovered alert recovered also where nobody knows when it did', () => {
    const text = show({ status: 'Resolved', resolved_at: null }).text()
    expect(text).toContain('Resolved')
    expect(text).not.toMatch(/NaN|Invalid|Pending/)
  })
})
