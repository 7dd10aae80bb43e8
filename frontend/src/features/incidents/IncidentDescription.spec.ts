import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, speak } from '@/i18n'
import IncidentDescription from './IncidentDescription.vue'

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
const save = vi.fn<(description: string) => Promise<boolean>>()

const open = () =>
  mount(IncidentDescription, {
    props: { incidentId: 1, description: 'before', editable: true, save },
    global: { plugins: [i18n, router, createPinia()] },
    attachTo: document.body,
  })

async function write(text: string) {
  const part = open()
  await part.find('button').trigger('click')
  await part.find('textarea').setValue(text)
  await part.find('form').trigger('submit')
  await flushPromises()
  return part
}

describe('the description of an incident', () => {
  beforeAll(() => speak('en', { remember: false }))
  afterEach(() => {
    document.body.replaceChildren()
    sessionStorage.clear()
  })

  it('fails when a line that broke takes what was written with it', async () => {
    save.mockResolvedValueOnce(false).mockResolvedValueOnce(true)
    const part = await write('after')
    expect(part.find('textarea').element.value).toBe('after')
    await part.find('form').trigger('submit')
    await flushPromises()
    expect(save).toHaveBeenCalledTimes(2)
    expect(part.find('textarea').exists()).toBe(false)
  })

  it('fails when what somebody else wrote meanwhile is replaced unseen', async () => {
    save.mockResolvedValueOnce(false)
    const part = await write('mine')
    expect(part.find('[role=status]').exists()).toBe(false)
    await part.setProps({ description: 'theirs' })
    expect(part.find('[role=status]').text()).toContain('theirs')
    expect(part.find('textarea').element.value).toBe('mine')
  })

  it('fails when closing it before the answer came lets that answer close the next field', async () => {
    let answer!: (kept: boolean) => void
    save.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
    const part = await write('first')
    await part.find('form').trigger('keydown', { key: 'Escape' })
    expect(part.find('textarea').exists(), 'it stays until the answer is there').toBe(true)
    answer(true)
    await flushPromises()
    expect(part.find('textarea').exists()).toBe(false)
  })

  it('fails when the keyboard is lost after saving', async () => {
    save.mockResolvedValue(true)
    const part = await write('after')
    expect(document.activeElement).toBe(part.find('button').element)
  })

  it('fails when a look at another page costs what was written', async () => {
    save.mockResolvedValueOnce(false)
    ;(await write('half a sentence')).unmount()
    const part = open()
    expect(part.find('textarea').element.value).toBe('half a sentence')
    await part.find('form').trigger('keydown', { key: 'Escape' })
    expect(part.find('textarea').exists()).toBe(false)
    part.unmount()
    expect(open().find('textarea').exists()).toBe(false)
  })
})
