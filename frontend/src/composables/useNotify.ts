import { useToast } from '@nuxt/ui/composables'
import type { Entity } from '@/api/types'
import { explain } from '@/i18n/explain'
import { translate } from '@/i18n'
import { useAnnouncer } from './useAnnouncer'

/** Toasts, said to screen readers too. */
export function useNotify() {
  const toast = useToast()
  const { announce } = useAnnouncer()

  function show(kind: 'success' | 'refused' | 'info', title: string, description?: string) {
    announce(description ? `${title}: ${description}` : title)
    const look = {
      success: { icon: 'i-lucide-circle-check', color: 'success' },
      refused: { icon: 'i-lucide-ban', color: 'error' },
      info: { icon: 'i-lucide-info', color: 'neutral' },
    } as const
    toast.add({ title, description, ...look[kind], duration: kind === 'refused' ? 8000 : 4000 })
  }

  return {
    success: (title: string, description?: string) => show('success', title, description),
    info: (title: string, description?: string) => show('info', title, description),
    /** The card went back, the form stays: say what was refused and why. */
    refused: (error: unknown, entity?: Entity, title = translate('common.refused')) =>
      show('refused', title, explain(error, entity)),
    refusedBecause: (reason: string, title = translate('common.refused')) => show('refused', title, reason),
  }
}
