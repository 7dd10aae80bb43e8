import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n, speak } from '@/i18n'
import IncidentTitle from './IncidentTitle.vue'

const save = vi.fn<(title: string) => Promise<boolean>>()

async function write(text: string) {
  const part = mount(IncidentTitle, {
    props: { title: 'before', editable: true, save },
    global: { plugins: [i18n] },
    attachTo: document.body,
  })
  await part.find('button').trigger('click')
  await part.find('textarea').setValue(text)
  return part
}

const field = (part: Awaited<ReturnType<typeof write>>) => part.find('textarea')

describe('the title of an incident', () => {
  beforeAll(() => speak('en', { remember: false }))
  beforeEach(() => void save.mockReset())
  afterEach(() => document.body.replaceChildren())

  it('fails when a line that broke takes what was written with it', async () => {
    save.mockResolvedValueOnce(false).mockResolvedValueOnce(true)
    const part = await write(' after ')
    await field(part).trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(field(part).element.value).toBe(' after ')
    await field(part).trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(save.mock.calls).toEqual([['after'], ['after']])
    expect(field(part).exists()).toBe(false)
    expect(document.activeElement).toBe(part.find('button').element)
  })

  it('fails when leaving does not keep it, or takes the focus back from where one went', async () => {
    save.mockResolvedValueOnce(true)
    await write('after')
    const elsewhere = document.body.appendChild(document.createElement('input'))
    elsewhere.focus()
    await flushPromises()
    expect(save).toHaveBeenCalledExactlyOnceWith('after')
    expect(document.activeElement).toBe(elsewhere)
  })

  it('fails when an empty or an unchanged title is sent, or Escape keeps anything', async () => {
    for (const text of ['  ', 'before']) await (await write(text)).find('textarea').trigger('keydown', { key: 'Enter' })
    const part = await write('after')
    await field(part).trigger('keydown', { key: 'Escape' })
    expect(field(part).exists()).toBe(false)
    expect(save).not.toHaveBeenCalled()
  })

  it('fails when what somebody else wrote meanwhile is replaced unseen', async () => {
    const part = await write('mine')
    expect(part.find('[role=status]').exists()).toBe(false)
    await part.setProps({ title: 'theirs' })
    expect(part.find('[role=status]').text()).toContain('theirs')
    expect(field(part).element.value).toBe('mine')
  })
})
