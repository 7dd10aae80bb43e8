import type { components } from './schema'

export type ProblemBody = components['schemas']['ProblemOut']
export type FieldError = components['schemas']['ProblemFieldOut']

/** A refusal of the server (RFC 9457), or `network` when no answer came at all. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  /** An English sentence; `explain()` says it in the user's language. */
  readonly detail: string
  readonly params: Record<string, unknown>
  readonly errors: FieldError[]
  /** The legal targets, where a move was refused. */
  readonly allowed: string[]

  constructor(body: Partial<ProblemBody> & { status: number; code: string }) {
    super(body.detail || body.title || body.code)
    this.name = 'ApiProblem'
    this.status = body.status
    this.code = body.code
    this.detail = body.detail ?? ''
    this.params = body.params ?? {}
    this.errors = body.errors ?? []
    this.allowed = body.allowed ?? []
  }

  /** Somebody else was quicker: what is on the screen is not what the server has. */
  get isLostRace() {
    return this.status === 409 || this.status === 412
  }

  /** Other input, or another try, may go through: what was typed must not be lost. What was done for all that is refused then. */
  get isMendable() {
    return this.status === 0 || this.status === 408 || this.status === 422 || this.status === 429 || this.status >= 500
  }

  /** It may have been done for all that. */
  get isUnsure() {
    return this.code === 'outcome_unknown'
  }
}

/** Whatever the body is: a proxy in between answers with HTML. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const known = typeof body === 'object' && body !== null && 'code' in body
  if (known) return new ApiProblem({ ...(body as ProblemBody), status })
  return new ApiProblem({ status, code: status >= 502 && status <= 504 ? 'busy' : 'internal' })
}

export function noAnswer(cause: unknown, code: 'network' | 'outcome_unknown' = 'network'): ApiProblem {
  return new ApiProblem({ status: 0, code, detail: String(cause) })
}
