import { mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { i18n, speak } from '@/i18n'
import InactiveMark from './InactiveMark.vue'

const show = (user: { id: number; username: string; display_name: string; is_active: boolean } | null) =>
  mount(InactiveMark, { props: { user }, global: { plugins: [i18n] } }).text()

describe('the mark of an account that is switched off', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('fails when it is missing, or stands beside somebody who works or beside nobody', () => {
    const wang = { id: 1, username: 'wang', display_name: '王', is_active: false }
    expect(show(wang)).toBe('Deactivated')
    expect(show({ ...wang, is_active: true })).toBe('')
    expect(show(null)).toBe('')
  })
})
