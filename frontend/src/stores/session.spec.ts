import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as auth from '@/api/auth'
import { ApiProblem } from '@/api/problem'
import type { User } from '@/api/types'
import { useSession } from './session'

vi.mock('@/api/auth')

const user = { id: 1, username: 'li', display_name: '李娜', role: 'responder' } as User
const tokens = (access_token: string) => ({ access_token, expires_in: 900, user })
const refusal = (status: number, code: string) => new ApiProblem({ status, code })

describe('the session', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    vi.mocked(auth.csrfToken).mockReturnValue('csrf')
  })

  it('fails when two requests that were refused together spend the refresh token twice', async () => {
    const session = useSession()
    let answer!: (value: auth.Tokens) => void
    vi.mocked(auth.refresh).mockReturnValue(new Promise((resolve) => (answer = resolve)))
    const both = [session.renew('old'), session.renew('old')]
    await vi.waitFor(() => expect(auth.refresh).toHaveBeenCalled())
    answer(tokens('new'))
    expect(await Promise.all(both)).toEqual(['new', 'new'])
    expect(auth.refresh).toHaveBeenCalledTimes(1)
  })

  it('fails when a late 401 of the old token throws the new one away', async () => {
    const session = useSession()
    vi.mocked(auth.refresh).mockResolvedValue(tokens('new'))
    await session.renew('old')
    expect(await session.renew('old')).toBe('new')
    expect(auth.refresh).toHaveBeenCalledTimes(1)
  })

  it('fails when a refused refresh does not end the session', async () => {
    const session = useSession()
    const lost = vi.fn()
    session.whenLost(lost)
    vi.mocked(auth.login).mockResolvedValue(tokens('old'))
    await session.logIn('li', 'secret')
    vi.mocked(auth.refresh).mockRejectedValue(refusal(401, 'token_revoked'))
    expect(await session.renew('old')).toBeNull()
    expect(session.isIn).toBe(false)
    expect(lost).toHaveBeenCalledOnce()
  })

  it('fails when a server that is away logs people out', async () => {
    const session = useSession()
    vi.mocked(auth.login).mockResolvedValue(tokens('old'))
    await session.logIn('li', 'secret')
    vi.mocked(auth.refresh).mockRejectedValue(refusal(503, 'busy'))
    await expect(session.renew('old')).rejects.toMatchObject({ code: 'busy' })
    expect(session.isIn).toBe(true)
  })

  it('fails when a logout that did not arrive looks like one', async () => {
    const session = useSession()
    vi.mocked(auth.login).mockResolvedValue(tokens('old'))
    await session.logIn('li', 'secret')
    vi.mocked(auth.logout).mockRejectedValueOnce(refusal(0, 'network')).mockResolvedValueOnce(undefined as never)
    await expect(session.logOut()).rejects.toMatchObject({ code: 'network' })
    expect(session.isIn).toBe(true)
    await session.logOut()
    expect(session.isIn).toBe(false)
  })

  it('fails when a server that is away on start looks like a logout', async () => {
    vi.useFakeTimers()
    const session = useSession()
    vi.mocked(auth.refresh).mockRejectedValueOnce(refusal(503, 'busy')).mockResolvedValueOnce(tokens('new'))
    const restoring = session.restore()
    await vi.advanceTimersByTimeAsync(100)
    expect([session.restored, session.isAway]).toEqual([false, true])
    await vi.advanceTimersByTimeAsync(3000)
    await restoring
    expect([session.restored, session.isAway, session.isIn]).toEqual([true, false, true])
    vi.useRealTimers()
  })

  it('fails when a visitor without a cookie is asked of the server', async () => {
    vi.mocked(auth.csrfToken).mockReturnValue(null)
    const session = useSession()
    await session.restore()
    expect(session.isIn).toBe(false)
    expect(auth.refresh).not.toHaveBeenCalled()
  })

  it('fails when a token reaches the disk', async () => {
    const session = useSession()
    vi.mocked(auth.login).mockResolvedValue(tokens('secret-token'))
    await session.logIn('li', 'secret')
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('secret-token')
  })

  it('fails when a role does not include the ones before it', async () => {
    const session = useSession()
    vi.mocked(auth.login).mockResolvedValue(tokens('t'))
    await session.logIn('li', 'secret')
    expect(['viewer', 'responder', 'manager'].map((role) => session.may(role as User['role']))).toEqual([true, true, false])
  })
})
