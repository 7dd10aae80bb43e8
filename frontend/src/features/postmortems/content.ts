import type { PostmortemPatch } from '@/api/postmortems'
import type { Postmortem, UserRef } from '@/api/types'

export const PROSE = ['summary', 'impact', 'detection', 'root_cause', 'resolution', 'lessons'] as const
export type ProsePart = (typeof PROSE)[number]

export interface Line {
  /** Only for the page: lines have no id of their own. */
  key: number
  occurred_at: string
  text: string
}

/** What people write. Its parts are saved, and merged with what others write, one by one. */
export interface Content extends Record<ProsePart, string> {
  timeline: Line[]
  reviewers: UserRef[]
}
export type Part = keyof Content
export const PARTS: readonly Part[] = [...PROSE, 'timeline', 'reviewers']

let keys = 0
export const newLine = (occurred_at: string, text = ''): Line => ({ key: ++keys, occurred_at, text })

export function contentOf(postmortem: Pick<Postmortem, ProsePart | 'timeline' | 'reviewers'>): Content {
  const { summary, impact, detection, root_cause, resolution, lessons } = postmortem
  const timeline = postmortem.timeline.map((line) => newLine(line.occurred_at, line.text))
  return { summary, impact, detection, root_cause, resolution, lessons, timeline, reviewers: [...postmortem.reviewers] }
}

export const copyOf = (content: Content): Content => ({
  ...content,
  timeline: content.timeline.map((line) => ({ ...line })),
  reviewers: [...content.reviewers],
})

/** Oldest first; lines of the same moment stay as they stand. */
export const inOrder = (lines: readonly Line[]) =>
  [...lines].sort((one, other) => Date.parse(one.occurred_at) - Date.parse(other.occurred_at))

/** A line without text is one that is not written yet. */
const written = (lines: readonly Line[]) => inOrder(lines).filter((line) => line.text.trim())

function mark(part: Part, content: Content): string {
  if (part === 'timeline') {
    return JSON.stringify(written(content.timeline).map((line) => [Date.parse(line.occurred_at), line.text]))
  }
  if (part === 'reviewers') return String(content.reviewers.map((user) => user.id).sort((one, other) => one - other))
  return content[part]
}

export const same = (part: Part, one: Content, other: Content) => mark(part, one) === mark(part, other)

export const changedParts = (content: Content, base: Content) => PARTS.filter((part) => !same(part, content, base))

export function bodyOf(content: Content, parts: readonly Part[]): PostmortemPatch {
  const values = parts.map((part) => {
    if (part === 'timeline') return ['timeline', written(content.timeline).map(({ occurred_at, text }) => ({ occurred_at, text }))]
    if (part === 'reviewers') return ['reviewer_ids', content.reviewers.map((user) => user.id)]
    return [part, content[part]]
  })
  return Object.fromEntries(values)
}

export const only = (content: Content, parts: readonly Part[]): Partial<Content> =>
  Object.fromEntries(parts.map((part) => [part, content[part]]))

interface Sides {
  /** On the page. */
  mine: Content
  /** What the server had when we last agreed. */
  base: Content
  /** What the server has now. */
  theirs: Content
  /** What was sent without a known outcome: where only the answer got lost, it comes back as if it were theirs. */
  sent?: readonly Content[]
}

/** Three ways, part by part: what only one side changed is taken; what both did is a conflict and stays mine. */
export function merge({ mine, base, theirs, sent = [] }: Sides): { content: Content; base: Content; conflicts: Part[] } {
  const content = { ...mine }
  const agreed = { ...base }
  const conflicts: Part[] = []
  const take = (into: Content, part: Part) => Object.assign(into, { [part]: theirs[part] })

  for (const part of PARTS) {
    const changedHere = !same(part, mine, base)
    const changedThere = !same(part, theirs, base)
    const wasMine = [mine, ...sent].some((version) => same(part, theirs, version))
    if (changedThere && changedHere && !wasMine) {
      conflicts.push(part)
      continue
    }
    take(agreed, part)
    if (changedThere && !changedHere) take(content, part)
  }
  return { content, base: agreed, conflicts }
}
