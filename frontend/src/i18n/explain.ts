import { ApiProblem } from '@/api/problem'
import type { Entity, Reason } from '@/api/types'
import { currentLanguage, hasTranslation, translate } from './index'

type Explained = Pick<ApiProblem, 'code' | 'detail' | 'params'> & Partial<Pick<ApiProblem, 'errors' | 'allowed'>>

/**
 * A refusal as a sentence in the user's language, made from its stable `code` and params.
 * `entity` says whose statuses a refused move talks about.
 */
export function explain(problem: unknown, entity: Entity = 'incident'): string {
  if (problem instanceof ApiProblem) return sentence(problem, entity)
  if (isReason(problem)) return sentence(problem, entity)
  return translate('errors.internal')
}

/** Why a target that the flow does not lead to cannot be reached, and, if asked, what can. */
export function explainIllegal(entity: Entity, source: string, to: string, allowed: readonly string[] = []): string {
  return sentence({ code: 'move_refused', detail: '', params: { source, to }, allowed: [...allowed] }, entity)
}

/** The server's field errors by field name, for forms. */
export function fieldErrors(problem: unknown): Record<string, string> {
  if (!(problem instanceof ApiProblem)) return {}
  return Object.fromEntries(problem.errors.map(({ field }) => [field, fieldSentence(problem, field)]))
}

export const statusName = (entity: Entity, status: string) => named(`enums.status.${entity}.${status}`, status)

/** "a, b and c" in the user's language. */
export const conjunction = (items: readonly string[]) => inARow(items, 'conjunction')

/** The same of fields, by the names that people know. */
export const fieldNames = (paths: readonly string[]) => conjunction(paths.map(fieldName))

const inARow = (items: readonly string[], type: Intl.ListFormatType) =>
  new Intl.ListFormat(currentLanguage(), { type }).format(items)

function sentence(problem: Explained, entity: Entity): string {
  const key = `errors.${keyOf(problem)}`
  return hasTranslation(key) ? translate(key, wordsFor(problem, entity)) : problem.detail || translate('errors.internal')
}

function keyOf({ code, params, errors, allowed }: Explained): string {
  if (code === 'move_refused') return allowed?.length ? 'move_refused' : 'move_refused_end'
  if (code === 'invalid' && hasTranslation(`errors.because.${params.reason}`)) return 'invalid_because'
  if (code === 'invalid') return errors?.length ? 'invalid_fields' : 'invalid'
  if (code === 'stale' && params.by) return 'stale_by'
  if (code === 'not_found' && hasTranslation(`errors.not_found_kind.${params.kind}`)) {
    return `not_found_kind.${params.kind}`
  }
  return code
}

function wordsFor({ params, errors = [], allowed = [] }: Explained, entity: Entity): Record<string, unknown> {
  const status = (name: unknown) => statusName(entity, String(name))
  return {
    ...params,
    source: status(params.source),
    to: status(params.to),
    allowed: inARow(allowed.map(status), 'disjunction'),
    role: named(`enums.role.${params.role}`, String(params.role)),
    missing: fieldNames((params.missing as string[] | undefined) ?? []),
    fields: fieldNames(errors.map(({ field }) => field)),
    because: named(`errors.because.${params.reason}`, ''),
    minutes: Math.max(1, Math.ceil(Number(params.retry_after ?? 60) / 60)),
  }
}

function fieldSentence({ code, params }: ApiProblem, field: string): string {
  const because = `errors.because.${params.reason}`
  if (hasTranslation(because)) return translate(because)
  const specific = `errors.${code}`
  if (code !== 'invalid' && hasTranslation(specific)) return translate(specific)
  return translate('errors.field', { field: fieldName(field) })
}

/** `labels.service` and `services.0` are told by their first word. */
const fieldName = (path: string) => named(`fields.${path.split('.')[0]}`, path)

const named = (key: string, fallback: string) => (hasTranslation(key) ? translate(key) : fallback)

function isReason(problem: unknown): problem is Reason {
  return typeof problem === 'object' && problem !== null && 'code' in problem && 'params' in problem
}
