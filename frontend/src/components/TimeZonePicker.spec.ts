import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { i18n, speak } from '@/i18n'
import TimeZonePicker from './TimeZonePicker.vue'

async function open(zone: string) {
  const picker = mount(TimeZonePicker, { props: { modelValue: zone }, global: { plugins: [i18n] }, attachTo: document.body })
  const input = picker.get<HTMLInputElement>('[role=combobox]')
  const press = (key: string) => input.trigger('keydown', { key })
  const type = async (term: string) => {
    await input.setValue(term)
    await flushPromises()
  }
  const options = () => picker.findAll('[role=option]').map((option) => option.text())
  return { picker, input, press, type, options }
}

describe('the choice of a time zone', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('fails when the present one does not stand in the field and first in the list, with its offset', async () => {
    const { input, press, options } = await open('Asia/Kathmandu')
    expect(input.element.value).toBe('Asia/Kathmandu')
    await press('ArrowDown')
    expect(options()[0]).toMatch(/^Asia\/Kathmandu.*UTC\+5:45$/)
  })

  it('fails when one is not found and chosen by keyboard', async () => {
    const { picker, input, press, type, options } = await open('UTC')
    await type('los ang')
    expect(options()).toHaveLength(1)
    await press('Enter')
    expect(picker.emitted('update:modelValue')).toEqual([['America/Los_Angeles']])
    await picker.setProps({ modelValue: 'America/Los_Angeles' })
    expect(input.element.value).toBe('America/Los Angeles')
  })

  it('fails when what is typed and found nowhere changes the choice', async () => {
    const { picker, press, type } = await open('UTC')
    await type('atlantis')
    expect(picker.text()).toContain('Nothing found')
    await press('Enter')
    expect(picker.emitted('update:modelValue')).toBeUndefined()
  })
})
