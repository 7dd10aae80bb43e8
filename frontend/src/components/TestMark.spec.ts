import { mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Legacy } from '@/api/types'
import { i18n, speak } from '@/i18n'
import TestMark from './TestMark.vue'

const show = (legacy: Legacy | null) => mount(TestMark, { props: { legacy }, global: { plugins: [i18n] } }).text()

describe('the mark of a test', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('stands only where the old system had marked the row', () => {
    expect(show({ table: 'alerts', test: true })).toBe('Test')
    expect(show({ table: 'alerts', test: false })).toBe('')
    expect(show({ table: 'alerts' })).toBe('')
    expect(show(null)).toBe('')
  })
})
