import type { LocationQuery, LocationQueryValue } from 'vue-router'
import type { AlertQuery } from '@/api/alerts'
import { ALERT_STATUSES, LEVELS, type Alert, type AlertLevel, type AlertStatus } from '@/api/types'

export interface AlertFilters {
  /** Empty: every status. */
  status: AlertStatus[]
  level: AlertLevel[]
  source: string[]
  q: string
  labels: Record<string, string>
  incidentId: number | null
}

/** What needs a person: the inbox's default. */
export const WAITING: AlertStatus[] = ['Pending', 'Acknowledged']

const LABEL = 'label.'
const EVERY = 'all'

/** An address, whatever somebody wrote into it, as filters. Names are those of the API. */
export function readFilters(query: LocationQuery): AlertFilters {
  const incidentId = Number(one(query.incident_id)) || null
  const status = words(query.status)
  const labels = Object.entries(query)
    .filter(([name]) => name.startsWith(LABEL))
    .map(([name, value]) => [name.slice(LABEL.length), one(value)] as const)
    .filter(([name, value]) => name && value)
  return {
    status: status.length ? known(status, ALERT_STATUSES) : usual({ incidentId }),
    level: known(words(query.level), LEVELS),
    source: words(query.source),
    q: one(query.q).slice(0, 100),
    labels: Object.fromEntries(labels),
    incidentId,
  }
}

/** The shortest address for these filters: what is usual is left out. */
export function writeFilters(filters: AlertFilters): Record<string, string> {
  const query: Record<string, string> = {}
  if (!sameWords(filters.status, usual(filters))) query.status = filters.status.join(',') || EVERY
  if (filters.level.length) query.level = filters.level.join(',')
  if (filters.source.length) query.source = filters.source.join(',')
  if (filters.q) query.q = filters.q
  if (filters.incidentId) query.incident_id = String(filters.incidentId)
  for (const [name, value] of Object.entries(filters.labels)) query[LABEL + name] = value
  return query
}

export function asked(filters: AlertFilters): AlertQuery {
  const list = (words: string[]) => words.join(',') || undefined
  return {
    status: list(filters.status),
    level: list(filters.level),
    source: list(filters.source),
    q: filters.q || undefined,
    labels: filters.labels,
    incident_id: filters.incidentId ?? undefined,
  }
}

/** Of those counted by status the ones that some statuses (none: all) show. */
export const howMany = (counts: Record<string, number>, statuses: readonly AlertStatus[]) =>
  (statuses.length ? statuses : ALERT_STATUSES).reduce((sum, name) => sum + (counts[name] ?? 0), 0)

export const hasStatus = (filters: AlertFilters, alert: Pick<Alert, 'status'>) =>
  !filters.status.length || filters.status.includes(alert.status)

/** Besides the status, which has tabs of its own. */
export const isNarrowed = (filters: AlertFilters) =>
  Boolean(filters.level.length || filters.source.length || filters.q || filters.incidentId || Object.keys(filters.labels).length)

export const sameWords = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((word) => others.includes(word))

/** An incident's alerts are wanted all, most of them are linked. */
const usual = ({ incidentId }: Pick<AlertFilters, 'incidentId'>) => (incidentId ? [] : WAITING)

type Given = LocationQueryValue | LocationQueryValue[] | undefined
const one = (value: Given): string => (Array.isArray(value) ? value[0] : value) ?? ''
const words = (value: Given) => [...new Set(one(value).split(',').filter(Boolean))]
const known = <T extends string>(given: string[], all: readonly T[]) => all.filter((word) => given.includes(word))
