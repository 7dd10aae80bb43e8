import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { ApiProblem } from '@/api/problem'
import type { User } from '@/api/types'
import * as users from '@/api/users'
import { patchMerging } from '@/composables/merging'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'
import { useSession } from '@/stores/session'

/** What an admin does with people; each says what it did, and reads the list anew. */
export function useUserActions() {
  const { t } = useI18n()
  const client = useQueryClient()
  const dialogs = useDialogs()
  const notify = useNotify()
  const session = useSession()

  const readAnew = () => client.invalidateQueries({ queryKey: ['users'] })

  async function done(saved: User | undefined, sentence: string) {
    if (!saved) return
    // Their own new name shows in the menu, a new role in what they may do.
    if (saved.id === session.user?.id) session.user = saved
    notify.success(sentence, saved.display_name)
    await readAnew()
  }

  return {
    create: async () =>
      done(await dialogs.ask<User>(() => import('./UserDialog.vue'), {}), t('admin.users.created')),
    edit: async (user: User) =>
      done(await dialogs.ask<User>(() => import('./UserDialog.vue'), { user }), t('admin.users.saved')),
    resetPassword: async (user: User) =>
      done(await dialogs.ask<User>(() => import('./ResetPasswordDialog.vue'), { user }), t('admin.users.password_reset')),

    async setActive(user: User, is_active: boolean) {
      const verb = is_active ? 'activate' : 'deactivate'
      const sure = await dialogs.confirm({
        title: t(`admin.users.${verb}_title`, { name: user.display_name }),
        description: t(`admin.users.${verb}_hint`),
        confirm: t(`admin.users.${verb}`),
        danger: !is_active,
      })
      if (!sure) return
      try {
        await done(await patchMerging(user, { is_active }, () => users.get(user.id), users.edit), t(`admin.users.${verb}d`))
      } catch (error) {
        notify.refused(error)
        if (error instanceof ApiProblem && error.isLostRace) await readAnew()
      }
    },
  }
}
