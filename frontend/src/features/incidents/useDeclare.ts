import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import type { Incident } from '@/api/types'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'

/** Declaring an incident; `?declare=1` in the address (the palette) opens the dialog. */
export function useDeclare(put: (incident: Incident) => void) {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const { ask } = useDialogs()
  const notify = useNotify()

  async function open() {
    const incident = await ask<Incident>(() => import('./DeclareDialog.vue'), {})
    if (!incident) return
    put(incident)
    notify.success(t('board.declared', { id: incident.id }), incident.title)
  }

  watch(
    () => route.query.declare,
    (asked) => {
      if (!asked || route.name !== 'board') return
      const { declare: _, ...query } = route.query
      void router.replace({ query }).then(open)
    },
    { immediate: true },
  )

  return { open }
}
