import { fileURLToPath, URL } from 'node:url'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { apiPage } from './scripts/api-page.ts'
import { compressed } from './scripts/compressed.ts'
import { palette } from './scripts/palette.ts'
import { theme } from './theme.config.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const target = process.env.API_TARGET ?? 'http://127.0.0.1:5001'

export default defineConfig({
  plugins: [
    vue(),
    ui({
      ui: theme,
      // Our own parts are imported by name; only Nuxt UI's come by themselves.
      components: { dirs: [], dts: !process.env.VITEST },
      autoImport: false,
      icon: { clientBundle: { scan: { globInclude: ['src/**/*.{vue,ts}', 'theme.config.ts'] } } },
      experimental: { componentDetection: true },
    }),
    // Compiled ahead: the page's policy forbids `eval`, and the compiler need not be shipped.
    vueI18n({ include: here('./src/i18n/locales/**'), runtimeOnly: true, dropMessageCompiler: true }),
    palette(),
    apiPage(),
    compressed(),
  ],
  resolve: { alias: { '@': here('./src') } },
  server: {
    port: 3000,
    strictPort: true,
    proxy: { '/api': target, '/healthz': target, '/readyz': target },
  },
  build: { target: 'es2022', manifest: true, reportCompressedSize: false, chunkSizeWarningLimit: 900 },
})
