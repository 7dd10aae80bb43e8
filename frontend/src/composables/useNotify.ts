import { shallowRef } from 'vue'
import { ApiProblem } from '@/api/problem'
import type { Entity } from '@/api/types'
import { translate } from '@/i18n'
import { explain } from '@/i18n/explain'
import { useAnnouncer } from './useAnnouncer'

export interface Notice {
  id: number
  kind: 'success' | 'refused' | 'info'
  title: string
  description?: string
}

const MOST = 4

/** What ToastList shows, oldest first. */
export const notices = shallowRef<Notice[]>([])
let last = 0

export function dismiss(id: number) {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

/** A server that is away has refused nothing. */
function titleOf(error: unknown): string {
  if (!(error instanceof ApiProblem)) return translate('common.failed')
  if (error.isUnsure) return translate('common.not_sure')
  return translate(error.status === 0 || error.status >= 500 ? 'common.failed' : 'common.refused')
}

/** Short messages in the corner, said to screen readers too. */
export function useNotify() {
  const { announce } = useAnnouncer()

  function show(kind: Notice['kind'], title: string, description?: string) {
    void announce(description ? `${title}: ${description}` : title)
    const others = notices.value.filter((notice) => notice.title !== title || notice.description !== description)
    notices.value = [...others, { id: ++last, kind, title, description }].slice(-MOST)
  }

  return {
    success: (title: string, description?: string) => show('success', title, description),
    info: (title: string, description?: string) => show('info', title, description),
    /** The card went back, the form stays: say what was refused and why. */
    refused: (error: unknown, entity?: Entity, title = titleOf(error)) => show('refused', title, explain(error, entity)),
    refusedBecause: (reason: string, title = translate('common.refused')) => show('refused', title, reason),
  }
}
