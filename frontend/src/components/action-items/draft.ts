import type { ActionItemPatch } from '@/api/actionItems'
import type { ActionItem, UserRef } from '@/api/types'

export const PRIORITIES = ['High', 'Medium', 'Low'] as const satisfies readonly ActionItem['priority'][]
export const ITEM_TYPES = ['Prevent', 'Detect', 'Mitigate', 'Process'] as const satisfies readonly ActionItem['type'][]

/** What a person writes of an action item; the rest is made by moving it. */
export interface ActionItemDraft {
  title: string
  description: string
  owner: UserRef | null
  due_on: string | null
  priority: ActionItem['priority']
  type: ActionItem['type']
}

export const newDraft = (): ActionItemDraft => ({
  title: '',
  description: '',
  owner: null,
  due_on: null,
  priority: 'Medium',
  type: 'Prevent',
})

export function draftOf({ title, description, owner, due_on, priority, type }: ActionItem): ActionItemDraft {
  return { title, description, owner, due_on, priority, type }
}

export function bodyOf({ title, description, owner, due_on, priority, type }: ActionItemDraft) {
  return { title: title.trim(), description, owner_id: owner?.id ?? null, due_on: due_on || null, priority, type }
}

/** Only what was changed: what somebody else changed meanwhile is not written over. */
export function changesOf(draft: ActionItemDraft, base: ActionItemDraft): ActionItemPatch {
  const before = bodyOf(base)
  const entries = Object.entries(bodyOf(draft)) as [keyof typeof before, never][]
  return Object.fromEntries(entries.filter(([name, value]) => value !== before[name]))
}

/** My changes on top of what somebody else made of it. */
export function rebased(draft: ActionItemDraft, base: ActionItemDraft, theirs: ActionItemDraft): ActionItemDraft {
  const mine = (name: keyof ActionItemDraft) =>
    name === 'owner' ? draft.owner?.id !== base.owner?.id : draft[name] !== base[name]
  const kept = (Object.keys(theirs) as (keyof ActionItemDraft)[]).filter(mine).map((name) => [name, draft[name]])
  return { ...theirs, ...Object.fromEntries(kept) }
}
