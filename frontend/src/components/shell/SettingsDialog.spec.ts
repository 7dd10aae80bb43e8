import { DOMWrapper, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import * as auth from '@/api/auth'
import { ApiProblem } from '@/api/problem'
import type { User } from '@/api/types'
import { notices } from '@/composables/useNotify'
import { useTime } from '@/composables/useTime'
import { currentLanguage, i18n, speak } from '@/i18n'
import { useSession } from '@/stores/session'
import SettingsDialog from './SettingsDialog.vue'

vi.mock('@/api/auth')

const LI = { id: 1, display_name: '李娜', email: null, language: 'en', time_zone: 'Asia/Shanghai', version: 3 } as User
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
const NOON = '2026-11-23T12:00:00Z'

let mounted: VueWrapper | undefined

/** The dialog, and a page behind it. */
async function open(user: Partial<User> = {}) {
  const session = useSession()
  session.user = { ...LI, ...user }
  const onClose = vi.fn()
  const Page = defineComponent({
    components: { SettingsDialog },
    setup: () => ({ onClose, brief: useTime().brief }),
    template: `<p class="page">{{ $t('app.me') }} {{ brief('${NOON}') }}</p><SettingsDialog open @close="onClose" />`,
  })
  mounted = mount(Page, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  const page = new DOMWrapper(document.body)
  const zone = async (term: string) => {
    await page.get('[role=combobox]').setValue(term)
    await flushPromises()
    await page.get('[role=combobox]').trigger('keydown', { key: 'Enter' })
  }
  const save = async () => {
    await page.get('form').trigger('submit')
    await flushPromises()
  }
  return { page, session, onClose, zone, save, name: page.get<HTMLInputElement>('[autocomplete=name]'), mail: page.get<HTMLInputElement>('[type=email]') }
}

describe('my settings', () => {
  beforeAll(() => speak('zh-CN', { remember: false }))
  beforeEach(async () => {
    vi.resetAllMocks()
    setActivePinia(createPinia())
    notices.value = []
    await speak('en', { remember: false })
    vi.mocked(auth.editMe).mockImplementation(async (me, patch) => ({ ...me, ...patch, version: me.version + 1 }) as User)
  })

  afterEach(() => mounted?.unmount())

  it('fails when the page keeps its old times or its old language after saving', async () => {
    const { page, zone, save, onClose, session } = await open()
    expect(page.get('.page').text()).toBe('Me Nov 23, 20:00')
    await page.get('select').setValue('zh-CN')
    await zone('new york')
    await save()
    expect(page.get('.page').text()).toBe('我 11月23日 07:00')
    expect(auth.editMe).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ version: 3 }), { language: 'zh-CN', time_zone: 'America/New_York' })
    expect([session.user?.version, onClose.mock.calls.length, notices.value[0]?.title]).toEqual([4, 1, '设置已保存'])
  })

  it('fails when it sends more than what is new, or an empty address as one', async () => {
    const { mail, name, save } = await open({ email: 'li@example.com' })
    await mail.setValue(' ')
    await name.setValue(' Li Na ')
    await save()
    expect(vi.mocked(auth.editMe).mock.calls[0]![1]).toEqual({ display_name: 'Li Na', email: null })
  })

  it('fails when a name may be empty', async () => {
    const { page, name, save, onClose } = await open()
    await name.setValue('  ')
    await save()
    expect(page.text()).toContain('Enter your name.')
    expect([vi.mocked(auth.editMe).mock.calls, onClose.mock.calls]).toEqual([[], []])
  })

  it('fails when a refusal does not stand at its field, or changes the page', async () => {
    const { page, mail, save, onClose } = await open()
    await page.get('select').setValue('zh-CN')
    await mail.setValue('nonsense')
    vi.mocked(auth.editMe).mockRejectedValue(new ApiProblem({ status: 422, code: 'invalid', errors: [{ field: 'email', message: '' }] }))
    await save()
    expect(page.text()).toContain('Email is not right.')
    expect([mail.attributes('aria-invalid'), currentLanguage(), onClose.mock.calls, notices.value]).toEqual(['true', 'en', [], []])
  })

  it("fails when an admin's change meanwhile is overwritten, blocks for good, or costs what was written", async () => {
    const { name, mail, save, session } = await open()
    await mail.setValue('li@example.com')
    vi.mocked(auth.editMe).mockRejectedValueOnce(new ApiProblem({ status: 412, code: 'stale' }))
    vi.mocked(auth.me).mockResolvedValue({ ...LI, display_name: '李娜（支付）', version: 9 })
    await save()
    expect(notices.value[0]?.description).toContain('Somebody changed this just now')
    expect([name.element.value, mail.element.value, session.user?.version]).toEqual(['李娜（支付）', 'li@example.com', 9])
    await save()
    expect(auth.editMe).toHaveBeenLastCalledWith(expect.objectContaining({ version: 9 }), { email: 'li@example.com' })
  })

  it('fails when a page that speaks another language than the account is turned back', async () => {
    const { page, save } = await open({ language: 'zh-CN' })
    expect(page.get('select').element.value).toBe('en')
    await save()
    expect([currentLanguage(), vi.mocked(auth.editMe).mock.calls[0]![1]]).toEqual(['en', { language: 'en' }])
  })
})
