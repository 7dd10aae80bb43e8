import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defineComponent, ref } from 'vue'
import { i18n, speak } from '@/i18n'
import ComboBox from './ComboBox.vue'

const WANG = { id: 1, label: '王芳' }
const LI = { id: 2, label: 'Li Lei' }

async function open() {
  const given = {
    chosen: ref<typeof WANG | null>(WANG),
    term: ref(''),
    items: ref([WANG, LI]),
    busy: ref(false),
    submits: ref(0),
    escapes: ref(0),
  }
  const Form = defineComponent({
    components: { ComboBox },
    setup: () => given,
    template: `
      <form @submit.prevent="submits++" @keydown.escape="escapes++">
        <ComboBox v-model="chosen" v-model:term="term" :items="items" :busy="busy" clearable aria-label="Owner" />
        <button>Save</button>
      </form>`,
  })
  const form = mount(Form, { global: { plugins: [i18n] }, attachTo: document.body })
  const input = form.find<HTMLInputElement>('[role=combobox]')
  const press = async (key: string, more = {}) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
    input.element.dispatchEvent(event)
    await flushPromises()
    return event
  }
  const type = async (text: string) => {
    await input.setValue(text)
    await flushPromises()
  }
  return { ...given, form, input, press, type }
}

const options = () => [...document.querySelectorAll('[role=option]')].map(({ textContent }) => textContent?.trim())
const marked = () => {
  const id = document.querySelector('[role=combobox]')?.getAttribute('aria-activedescendant')
  return id ? document.getElementById(id)?.textContent?.trim() : undefined
}

describe('the combobox', () => {
  beforeAll(() => speak('en', { remember: false }))
  afterEach(() => document.body.replaceChildren())

  it('fails when the arrows do not open the list at the choice and go round', async () => {
    const { press, input } = await open()
    expect([options(), input.attributes('aria-expanded'), input.attributes('aria-controls')]).toEqual([[], 'false', undefined])
    await press('ArrowDown')
    expect([options(), marked()]).toEqual([['王芳', 'Li Lei'], '王芳'])
    await press('ArrowDown')
    expect(marked()).toBe('Li Lei')
    await press('ArrowDown')
    expect(marked()).toBe('王芳')
    await press('ArrowUp')
    expect(marked()).toBe('Li Lei')
    expect(document.getElementById(input.attributes('aria-controls')!)?.getAttribute('role')).toBe('listbox')
  })

  it('fails when Enter does not pick, or submits the form', async () => {
    const { press, chosen, input } = await open()
    await press('ArrowDown')
    await press('ArrowDown')
    const enter = await press('Enter')
    expect([chosen.value, input.element.value, enter.defaultPrevented, options()]).toEqual([LI, 'Li Lei', true, []])
    expect((await press('Enter')).defaultPrevented).toBe(false)
  })

  it('fails when Enter picks from the answer to an older term', async () => {
    const { press, type, chosen, items, busy, term } = await open()
    busy.value = true
    await type('li')
    expect([term.value, marked()]).toEqual(['li', undefined])
    await press('Enter')
    expect(chosen.value).toEqual(WANG)
    items.value = [LI]
    busy.value = false
    await flushPromises()
    expect(marked()).toBe('Li Lei')
    await press('Enter')
    expect([chosen.value, term.value]).toEqual([LI, ''])
  })

  it('fails when Escape loses the choice, or also closes what stands around an open list', async () => {
    const { press, type, chosen, input, escapes } = await open()
    await type('nobody of that name')
    await press('Escape')
    expect([options(), chosen.value, input.element.value, escapes.value]).toEqual([[], WANG, '王芳', 0])
    await press('Escape')
    expect(escapes.value).toBe(1)
  })

  it('fails when leaving the field takes what was only typed', async () => {
    const { type, chosen, input } = await open()
    await type('Li')
    await input.trigger('blur')
    expect([options(), chosen.value, input.element.value]).toEqual([[], WANG, '王芳'])
  })

  it('fails when the choice cannot be taken back, or that submits the form', async () => {
    const { form, chosen, input, submits } = await open()
    await form.get('[aria-label=Clear]').trigger('click')
    expect([chosen.value, input.element.value, submits.value, form.find('[aria-label=Clear]').exists()]).toEqual([null, '', 0, false])
  })

  it('fails when an empty answer is not told', async () => {
    const { type, items } = await open()
    items.value = []
    await type('zzz')
    expect(document.querySelector('[role=status]')?.textContent?.trim()).toBe('Nothing found')
    expect(document.querySelector('[role=listbox]')).toBeNull()
  })
})
