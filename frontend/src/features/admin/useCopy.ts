import { useI18n } from 'vue-i18n'
import { copyText } from '@/composables/copyText'
import { useNotify } from '@/composables/useNotify'

/** Copies and says so; where the browser does not let us, what `source` holds is selected, to be copied by hand. */
export function useCopy() {
  const { t } = useI18n()
  const notify = useNotify()

  return async function copy(text: string, source: HTMLElement | null) {
    if (await copyText(text)) return notify.success(t('admin.integrations.copied'))
    select(source)
    notify.refusedBecause(t('admin.integrations.copy_failed'))
  }
}

function select(source: HTMLElement | null) {
  if (source instanceof HTMLInputElement) source.select()
  else if (source) getSelection()?.selectAllChildren(source)
}
