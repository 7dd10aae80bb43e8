import { useI18n } from 'vue-i18n'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { useDialogs } from '@/composables/useDialogs'
import { useSession } from '@/stores/session'

const PATIENCE = 2_500

/** Saves on the way out; asks when that did not work. */
export function useLeaveGuard(draft: { flush: () => Promise<boolean> }) {
  const { t } = useI18n()
  const { confirm } = useDialogs()
  const session = useSession()
  // Fetched now: the question is asked when the network may be gone.
  void import('@/components/ConfirmDialog.vue').catch(() => undefined)

  async function mayLeave() {
    // A session that ended leads to the login; the text waits in this tab.
    if (!session.isIn) return true
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE, false))
    if (await Promise.race([draft.flush(), late])) return true
    return confirm({
      title: t('postmortems.leave_title'),
      description: t('postmortems.leave_hint'),
      confirm: t('postmortems.leave'),
    })
  }

  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate((to, from) => to.path === from.path || mayLeave())
}
