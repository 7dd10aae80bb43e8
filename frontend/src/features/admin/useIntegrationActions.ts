import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import * as integrations from '@/api/integrations'
import type { Integration } from '@/api/types'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'

type WithKey = Integration & { key: string }

/** What an admin does with integrations. What cuts a monitoring system off asks first. */
export function useIntegrationActions() {
  const { t } = useI18n()
  const client = useQueryClient()
  const dialogs = useDialogs()
  const notify = useNotify()

  const readAnew = () => client.invalidateQueries({ queryKey: ['integrations'] })
  const showKey = (integration: WithKey) => dialogs.ask(() => import('./KeyDialog.vue'), { integration })

  async function attempt<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call()
    } catch (error) {
      notify.refused(error)
    } finally {
      void readAnew()
    }
  }

  const sure = (integration: Integration, verb: 'rotate' | 'switch_off' | 'delete') =>
    dialogs.confirm({
      title: t(`admin.integrations.${verb}_title`, { name: integration.name }),
      description: t(`admin.integrations.${verb}_hint`),
      confirm: t(`admin.integrations.${verb}`),
      danger: true,
    })

  return {
    async create() {
      const made = await dialogs.ask<WithKey>(() => import('./IntegrationDialog.vue'), {})
      if (!made) return
      void readAnew()
      await showKey(made)
    },

    async rename(integration: Integration) {
      const renamed = await dialogs.ask<Integration>(() => import('./IntegrationDialog.vue'), { integration })
      if (!renamed) return
      notify.success(t('admin.integrations.renamed'), renamed.name)
      await readAnew()
    },

    async rotate(integration: Integration) {
      if (!(await sure(integration, 'rotate'))) return
      const rotated = await attempt(() => integrations.rotate(integration))
      if (rotated) await showKey(rotated)
    },

    async setActive(integration: Integration, is_active: boolean) {
      if (!is_active && !(await sure(integration, 'switch_off'))) return
      const saved = await attempt(() => integrations.edit(integration, { is_active }))
      if (saved) notify.success(t(is_active ? 'admin.integrations.switched_on' : 'admin.integrations.switched_off'), saved.name)
    },

    async remove(integration: Integration) {
      if (!(await sure(integration, 'delete'))) return
      const gone = await attempt(() => integrations.remove(integration).then(() => true))
      if (gone) notify.success(t('admin.integrations.deleted'), integration.name)
    },
  }
}
