import { VueQueryPlugin } from '@tanstack/vue-query'
import icons from '@nuxt/ui/runtime/vue/plugins/icons.js'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { useCredentials } from './api/client'
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
session.whenLost(() => {
  queryClient.clear()
  void router.replace(loginAddress(router.currentRoute.value.fullPath))
})

app.use(router).use(i18n).use(VueQueryPlugin, { queryClient }).use(icons).mount('#app')
