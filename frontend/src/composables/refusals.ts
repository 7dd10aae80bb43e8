import { problemOf, type ProblemBody } from '@/api/problem'
import type { Entity } from '@/api/types'
import { explain } from '@/i18n/explain'

interface Result {
  id: number
  problem?: ProblemBody | null
}

export interface Refusal {
  id: number
  title: string
  reason: string
}

/** Of what was moved together: each one that was refused, and why. */
export function refusalsOf(entity: Entity, rows: readonly { id: number; title: string }[], results: readonly Result[]): Refusal[] {
  const problems = new Map(results.map(({ id, problem }) => [id, problem]))
  return rows.flatMap(({ id, title }) => {
    const problem = problems.get(id)
    return problem ? [{ id, title, reason: explain(problemOf(problem.status, problem), entity) }] : []
  })
}
