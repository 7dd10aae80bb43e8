import createClient from 'openapi-fetch'
import { ApiProblem, noAnswer, problemOf } from './problem'
import type { paths } from './schema'

/** What the session lends to the client; the client knows no store. */
export interface Credentials {
  token(): string | null
  /** A new token in place of `used`, or null when the session is over. One at a time, whoever asks. */
  renew(used: string | null): Promise<string | null>
}

let credentials: Credentials = { token: () => null, renew: async () => null }

export function useCredentials(given: Credentials) {
  credentials = given
}

/** Their 401 is an answer to the person, not a sign that a token ran out. */
const OPEN = /\/auth\/(login|refresh|logout)$/

const AGAIN_AFTER_MS = 1000

/** How long it is remembered that something may have been done: people look, and press again. */
const UNSURE_MS = 120_000

/** Of what may have been done without our knowing: the key under which it was sent. */
const unsure = new Map<string, string>()

/** Who says the same again after an answer got lost must not do it twice: it is sent under the key that it had. */
async function keyed(request: Request): Promise<Response> {
  const fresh = request.headers.get('Idempotency-Key')
  if (!fresh) return answered(request)
  const said = [request.method, request.url, request.headers.get('If-Match'), await request.clone().text()].join('\n')
  const key = unsure.get(said) ?? fresh
  request.headers.set('Idempotency-Key', key)
  unsure.set(said, key)
  setTimeout(() => unsure.delete(said), UNSURE_MS)
  const answer = await answered(request)
  // A proxy that gave up waiting knows no more than we do.
  if (answer.status < 500) unsure.delete(said)
  return answer
}

/**
 * Where no answer comes: under an Idempotency-Key the same request may be sent again, and gets the first answer.
 * What may have arrived for all that is `outcome_unknown`; what was only asked for, or never left, is `network`.
 */
async function answered(request: Request): Promise<Response> {
  const again = request.headers.has('Idempotency-Key') ? request.clone() : null
  try {
    return await authorized(request)
  } catch (error) {
    if (request.signal.aborted || error instanceof ApiProblem) throw error
    if (!navigator.onLine || request.method === 'GET') throw noAnswer(error)
    if (!again) throw noAnswer(error, 'outcome_unknown')
  }
  await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS))
  return authorized(again).catch((error: unknown) => {
    throw error instanceof ApiProblem ? error : noAnswer(error, 'outcome_unknown')
  })
}

async function authorized(request: Request): Promise<Response> {
  const open = OPEN.test(new URL(request.url).pathname)
  const spare = open ? null : request.clone()
  const used = credentials.token()
  const answer = await send(request, open ? null : used)
  if (answer.status !== 401 || !spare) return answer
  const renewed = await credentials.renew(used)
  return renewed ? send(spare, renewed) : answer
}

function send(request: Request, token: string | null): Promise<Response> {
  if (token) request.headers.set('Authorization', `Bearer ${token}`)
  return fetch(request)
}

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin,
  fetch: keyed,
  querySerializer: { array: { style: 'form', explode: false } },
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer's body, or an ApiProblem thrown. */
export async function ok<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await call
  } catch (error) {
    throw error instanceof ApiProblem ? error : noAnswer(error)
  }
  if (!answer.response.ok) throw problemOf(answer.response.status, answer.error)
  return answer.data as T
}

/** `If-Match`: the write is refused (412) when somebody changed the row since this version was seen. */
export function seen(row: { version: number }) {
  return { 'If-Match': `"${row.version}"` }
}

/** `Idempotency-Key`: the same call sent twice under one is done once. */
export function once() {
  // Not crypto.randomUUID(): that is missing on plain HTTP, where many of these are installed.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return { 'Idempotency-Key': Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') }
}
