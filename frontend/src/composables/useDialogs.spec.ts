import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { allowed } from '@/testing/incidents'
import { useDialogs, type Attempt, type Outcome } from './useDialogs'

interface Opened {
  attempt: Attempt<string>
  close: (outcome?: Outcome<string>) => void
}
const opened = vi.hoisted(() => ({ last: null as unknown }))
vi.mock('@/components/MoveDialog.vue', () => ({ default: {} }))
vi.mock('@nuxt/ui/composables', () => ({
  useOverlay: () => ({
    create: () => ({
      open: (props: object) => ({ result: new Promise((close) => (opened.last = { ...props, close })) }),
    }),
  }),
}))

const dismiss = allowed('Closed', 'dismiss', { needs: ['note'] })
const send = vi.fn<(input: object) => Promise<string>>()

async function ask() {
  const answer = useDialogs().forMove(dismiss, { entity: 'incident', name: 'INC-1' }, send)
  answer.catch(() => undefined)
  await vi.waitUntil(() => opened.last)
  return { answer, dialog: opened.last as Opened }
}

describe('asking for what a move needs', () => {
  beforeEach(() => {
    opened.last = null
    send.mockReset()
  })

  it('fails when a move that needs nothing opens a dialog', async () => {
    send.mockResolvedValue('moved')
    expect(await useDialogs().forMove(allowed('InProgress', 'confirm'), { entity: 'incident', name: 'INC-1' }, send)).toBe('moved')
    expect(opened.last).toBeNull()
  })

  it('fails when what can be mended is thrown, or what cannot stays in the dialog', async () => {
    const { answer, dialog } = await ask()
    const away = new ApiProblem({ status: 0, code: 'network' })
    send.mockRejectedValueOnce(away)
    expect(await dialog.attempt({ note: 'x' })).toEqual({ problem: away })
    const stale = new ApiProblem({ status: 412, code: 'stale' })
    send.mockRejectedValueOnce(stale)
    dialog.close(await dialog.attempt({ note: 'x' }))
    await expect(answer).rejects.toBe(stale)
  })

  it('fails when closing it after a refusal counts as anything but thinking better of it', async () => {
    const { answer, dialog } = await ask()
    send.mockRejectedValueOnce(new ApiProblem({ status: 422, code: 'invalid' }))
    await dialog.attempt({})
    dialog.close()
    expect(await answer).toBeNull()
  })

  it('fails when a move is forgotten because the dialog was closed before the answer came', async () => {
    const { answer, dialog } = await ask()
    let arrive!: (moved: string) => void
    send.mockReturnValue(new Promise((resolve) => (arrive = resolve)))
    void dialog.attempt({ note: 'x' })
    dialog.close()
    await flushPromises()
    arrive('moved')
    expect(await answer).toBe('moved')
  })
})
