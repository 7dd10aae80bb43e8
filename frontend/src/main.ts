import { VueQueryPlugin } from '@tanstack/vue-query'
import icons from '@nuxt/ui/runtime/vue/plugins/icons.js'
import { createPinia } from 'pinia'
import { useOverlay } from '@nuxt/ui/composables'
import { createApp, watch } from 'vue'
import App from './App.vue'
import { useCredentials } from './api/client'
import { leaveKeysToInputMethods } from './composables/inputMethods'
import { createQueryClient } from './composables/queries'
import { i18n, speak, startLanguage } from './i18n'
import './main.css'
import 'virtual:palette.css'
import { createAppRouter, loginAddress } from './router'
import { useSession } from './stores/session'

await speak(startLanguage(), { remember: false })

const app = createApp(App)
const queryClient = createQueryClient()
app.use(createPinia())

const session = useSession()
const router = createAppRouter()
useCredentials({ token: () => session.token, renew: session.renew })
session.whenLost(() => void router.replace(loginAddress(router.currentRoute.value.fullPath)))
// What one person saw or had half written is not the next one's.
watch(() => session.user?.id, (_, before) => {
  if (!before) return
  queryClient.clear()
  useOverlay().closeAll()
})
leaveKeysToInputMethods()

app.use(router).use(i18n).use(VueQueryPlugin, { queryClient }).use(icons).mount('#app')
