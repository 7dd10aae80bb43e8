import type { TimelineEntry } from '@/api/types'
import { hasTranslation, translate } from '@/i18n'
import { statusName } from '@/i18n/explain'

export const ICONS: Record<string, string> = {
  created: 'i-lucide-siren',
  moved: 'i-lucide-arrow-right-left',
  assigned: 'i-lucide-user',
  edited: 'i-lucide-pencil',
  note: 'i-lucide-message-square',
  alert_linked: 'i-lucide-link',
  alert_unlinked: 'i-lucide-unlink',
  alert_resolved: 'i-lucide-bell-off',
  alert_refired: 'i-lucide-bell-ring',
  postmortem_created: 'i-lucide-notebook-pen',
  postmortem_moved: 'i-lucide-notebook-pen',
  imported: 'i-lucide-import',
  action_item_created: 'i-lucide-list-checks',
  action_item_moved: 'i-lucide-list-checks',
}

/** Instants as people write them; the page lends its zone and language. */
type Format = (instant: string) => string

/** What a system entry says, in the user's language. A note says nothing but its own text. */
export function timelineSentence({ kind, data }: TimelineEntry, format: Format): string {
  if (kind === 'note') return ''
  if (kind === 'edited') return edits((data.fields ?? {}) as Record<string, Change>, format)
  const key = `timeline.${variant(kind, data)}`
  return hasTranslation(key) ? translate(key, words(kind, data, format)) : translate('timeline.other')
}

interface Change {
  from: unknown
  to: unknown
}

function variant(kind: string, data: Record<string, unknown>): string {
  if (kind === 'created') return ['created', 'created_from_alert'][Number(data.from_alerts ?? 0)] ?? 'created_from_alerts'
  if (kind === 'imported') return data.legacy_id ? 'imported' : 'imported_without_number'
  if (kind === 'assigned') return data.to ? 'assigned' : 'unassigned'
  if (kind === 'moved' && data.action === 'recover') return 'recovered'
  if (kind === 'moved' && data.assignee) return 'moved_and_taken'
  if (kind === 'moved' && data.previous_recovered_at) return 'relapsed'
  return kind
}

function words(kind: string, data: Record<string, unknown>, format: Format): Record<string, unknown> {
  const entity = kind.startsWith('postmortem') ? 'postmortem' : kind.startsWith('action_item') ? 'action_item' : 'incident'
  const isMove = kind.endsWith('moved')
  const at = data.recovered_at ?? data.previous_recovered_at
  return {
    ...data,
    n: data.from_alerts,
    id: data.alert_id ?? data.action_item_id,
    ...(isMove && { from: statusName(entity, String(data.from)), to: statusName(entity, String(data.to)) }),
    ...(typeof at === 'string' && { at: format(at) }),
  }
}

function edits(fields: Record<string, Change>, format: Format): string {
  const changes = Object.entries(fields).map(([name, { from, to }]) => {
    const field = hasTranslation(`fields.${name}`) ? translate(`fields.${name}`) : name
    if (name === 'description') return translate('timeline.edited_text', { field })
    return translate('timeline.edited', { field, from: plain(from, format), to: plain(to, format) })
  })
  return changes.join(translate('timeline.and'))
}

const INSTANT = /^\d{4}-\d\d-\d\dT/

function plain(value: unknown, format: Format): string {
  if (Array.isArray(value)) return value.length ? value.join(', ') : translate('timeline.nothing')
  if (value === null || value === '') return translate('timeline.nothing')
  return typeof value === 'string' && INSTANT.test(value) ? format(value) : String(value)
}
