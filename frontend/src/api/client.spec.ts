import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { client, ok, once, seen, useCredentials } from './client'
import { ApiProblem } from './problem'

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const expired = () => json(401, { status: 401, code: 'token_expired', title: 'Unauthorized', detail: '', type: '' })
const me = () => ok(client.GET('/api/v1/auth/me'))

describe('the client', () => {
  const sent: Request[] = []
  let answers: (() => Response)[] = []

  beforeEach(() => {
    sent.length = 0
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push(request)
      return answers.shift()!()
    })
  })
  afterEach(() => useCredentials({ token: () => null, renew: async () => null }))

  const bearers = () => sent.map((request) => request.headers.get('Authorization'))

  it('fails when a token that ran out is not replaced once, silently', async () => {
    useCredentials({ token: () => 'old', renew: async (used) => (used === 'old' ? 'new' : null) })
    answers = [expired, () => json(200, { id: 7 })]
    expect(await me()).toEqual({ id: 7 })
    expect(bearers()).toEqual(['Bearer old', 'Bearer new'])
  })

  it('fails when a session that is over is asked for again and again', async () => {
    const renew = vi.fn(async () => null)
    useCredentials({ token: () => 'old', renew })
    answers = [expired]
    await expect(me()).rejects.toMatchObject({ code: 'token_expired' })
    expect(renew).toHaveBeenCalledOnce()
    expect(sent).toHaveLength(1)
  })

  it('fails when a wrong password looks like a token that ran out', async () => {
    const renew = vi.fn(async () => 'new')
    useCredentials({ token: () => null, renew })
    answers = [() => json(401, { status: 401, code: 'bad_credentials', title: '', detail: '', type: '' })]
    const login = client.POST('/api/v1/auth/login', { body: { username: 'a', password: 'b', use_cookie: true } })
    await expect(ok(login)).rejects.toMatchObject({ code: 'bad_credentials' })
    expect(renew).not.toHaveBeenCalled()
  })

  it('fails when the body is lost on the second try', async () => {
    useCredentials({ token: () => 'old', renew: async () => 'new' })
    answers = [expired, () => json(201, { id: 1 })]
    await ok(client.POST('/api/v1/incidents', { body: { title: 'disk full' }, headers: once() }))
    expect(await sent[1]!.json()).toEqual({ title: 'disk full' })
    expect(sent[1]!.headers.get('Idempotency-Key')).toBe(sent[0]!.headers.get('Idempotency-Key'))
  })

  it('fails when a dead connection is not told from a refusal', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    const error = await me().catch((caught) => caught)
    expect(error).toBeInstanceOf(ApiProblem)
    expect(error.code).toBe('network')
  })

  describe('when the answer gets lost', () => {
    const declare = (headers: Record<string, string>) =>
      ok(client.POST('/api/v1/incidents', { body: { title: 'disk full' }, headers }))
    const lost = () => {
      throw new TypeError('Failed to fetch')
    }

    beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 500 }))
    afterEach(() => vi.useRealTimers())

    it('fails when a request that may be repeated is not, under the same key', async () => {
      answers = [lost, () => json(201, { id: 1 })]
      expect(await declare(once())).toEqual({ id: 1 })
      expect(new Set(sent.map((request) => request.headers.get('Idempotency-Key'))).size).toBe(1)
      expect(sent).toHaveLength(2)
    })

    it('fails when what may have been done is told as refused', async () => {
      answers = [lost, lost]
      await expect(declare(once())).rejects.toMatchObject({ code: 'outcome_unknown' })
      answers = [lost]
      await expect(declare({})).rejects.toMatchObject({ code: 'outcome_unknown' })
    })

    it('fails when who says the same again does it twice, or what else is said is taken for it', async () => {
      const keys = () => sent.splice(0).map((request) => request.headers.get('Idempotency-Key'))
      answers = [lost, lost]
      await declare(once()).catch(() => undefined)
      const [first] = keys()
      answers = [() => json(201, { id: 2 })]
      await ok(client.POST('/api/v1/incidents', { body: { title: 'another' }, headers: once() }))
      expect(keys()).not.toContain(first)
      answers = [() => json(504, {}), () => json(201, { id: 1 }), () => json(201, { id: 3 })]
      await declare(once()).catch(() => undefined)
      await declare(once())
      await declare(once())
      const [again, andAgain, new_] = keys()
      expect([again, andAgain]).toEqual([first, first])
      expect(new_).not.toBe(first)
    })

    it('fails when what never left is told as perhaps done', async () => {
      vi.spyOn(navigator, 'onLine', 'get').mockReturnValueOnce(false)
      answers = [lost]
      await expect(declare(once())).rejects.toMatchObject({ code: 'network' })
      expect(sent).toHaveLength(1)
    })
  })

  it('fails when a proxy’s HTML page breaks the error', async () => {
    answers = [() => new Response('<h1>502</h1>', { status: 502 })]
    await expect(me()).rejects.toMatchObject({ status: 502, code: 'busy' })
  })

  it('fails when the version seen is not sent as an entity tag', () => {
    expect(seen({ version: 4 })).toEqual({ 'If-Match': '"4"' })
  })
})
