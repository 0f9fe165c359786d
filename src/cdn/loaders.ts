/**
 * Scripts and styles that cannot be pinned: the provider changes them at will or answers each visitor differently.
 * A hash written today blocks them tomorrow.
 */

/** One provider's unpinnable resource. */
export interface Loader {
  hosts: string[];
  /** Of the URL; absent: everything of these hosts. */
  path?: RegExp;
  pin?: 'mutable' | 'generated';
  reason: string;
  advice?: string;
  /** Sends `access-control-allow-origin: *`; absent when unknown. */
  cors?: boolean | undefined;
  /** Where the provider, or an issue with it, says so. */
  source: string;
}

/** What the URLs of many tags show by themselves: no release is named, so each one changes what the same URL delivers. */
const UNNAMED = 'the tag that its documentation gives names no release';

const POLICY = 'allow it by name in a Content-Security-Policy and keep its account under control';
const SELF_HOST = 'serve the files yourself';
const SANDBOX = 'load it only on the pages that need it, and allow its host in a Content-Security-Policy';

/** In the order they are asked. */
export const LOADERS: Loader[] = [
  {
    hosts: ['fonts.googleapis.com'],
    path: /^\/(?:css|css2|icon)\b/,
    reason: 'Google Fonts writes the style sheet for the browser that asks',
    advice: SELF_HOST,
    cors: true,
    source: 'google/fonts#473',
  },
  {
    hosts: ['www.googletagmanager.com', 'googletagmanager.com'],
    reason: 'a tag manager delivers what its account says at the moment',
    advice: POLICY,
    source: 'mozilla/pontoon#3301',
  },
  {
    hosts: ['www.google-analytics.com', 'ssl.google-analytics.com', 'google-analytics.com'],
    reason: 'Google changes its analytics script at will',
    advice: POLICY,
    source: 'mozilla/http-observatory#125, CMSgov/dpc-app#1468',
  },
  {
    hosts: ['js.stripe.com'],
    reason: 'Stripe redeploys its script and does not support integrity',
    advice: SANDBOX,
    source: 'stripe/stripe-js#167, #906',
  },
  {
    hosts: ['www.google.com', 'www.recaptcha.net', 'recaptcha.net'],
    path: /^\/recaptcha\//,
    reason: 'reCAPTCHA loads a new release whenever Google makes one',
    advice: SANDBOX,
    source: `${UNNAMED}: https://developers.google.com/recaptcha/docs/loading`,
  },
  {
    hosts: ['www.google.com'],
    path: /^\/jsapi\b/,
    reason: 'the Google loader changes and sends no CORS header',
    advice: 'load the library that it loads by its own URL',
    cors: false,
    source: 'ankane/chartkick#222',
  },
  {
    hosts: ['maps.googleapis.com', 'maps.google.com'],
    reason: 'the Maps script is made for its key and changes weekly',
    advice: SANDBOX,
    source:
      'https://developers.google.com/maps/documentation/javascript/versions; no CORS: mozilla/http-observatory-website#225',
  },
  {
    hosts: ['pay.google.com'],
    reason: 'Google has no version of its payment script that stays',
    advice: SANDBOX,
    source: 'google-pay/google-pay-button#316',
  },
  {
    hosts: ['apis.google.com', 'accounts.google.com', 'www.gstatic.com'],
    path: /^\/(?:js\/|gsi\/|charts\/loader\.js|cast\/|recaptcha\/api)/,
    reason: 'Google changes this loader at will',
    advice: SANDBOX,
    source: `${UNNAMED}: https://developers.google.com/identity/gsi/web/guides/client-library`,
  },
  {
    hosts: [
      '*.googlesyndication.com',
      '*.doubleclick.net',
      '*.googleadservices.com',
      'www.googletagservices.com',
    ],
    reason: 'an advertising script differs from request to request',
    advice: POLICY,
    source: `${UNNAMED} (pagead2.googlesyndication.com/pagead/js/adsbygoogle.js)`,
  },
  {
    hosts: ['cdn.ampproject.org'],
    reason: 'AMP changes its scripts with each of its releases',
    advice: SANDBOX,
    source: `${UNNAMED}: https://amp.dev/documentation/guides-and-tutorials/start/create/basic_markup`,
  },
  {
    hosts: ['kit.fontawesome.com'],
    reason: 'a kit is made for its account',
    advice: SELF_HOST,
    source: 'FortAwesome/Font-Awesome#16691',
  },
  {
    hosts: ['cdn.tailwindcss.com'],
    pin: 'generated',
    reason: 'the Tailwind CDN is a compiler for development that changes with each release',
    advice: 'build the style sheet with the Tailwind command line',
    cors: false,
    source:
      'https://v3.tailwindcss.com/docs/installation/play-cdn; no CORS: tailwindlabs/tailwindcss.com#1922; its hash broke: S3DFX-CYBER/FindMyGSoC#1022',
  },
  {
    hosts: ['cdnjs.cloudflare.com', 'polyfill-fastly.io', 'polyfill-fastly.net'],
    path: /^\/(?:polyfill\/)?v[23]\/polyfill/,
    reason: 'polyfills are chosen for the browser that asks',
    advice: 'bundle the polyfills that your browsers need, or drop them',
    source:
      'https://blog.cloudflare.com/automatically-replacing-polyfill-io-links-with-cloudflares-mirror-for-a-safer-internet/',
  },
  {
    hosts: ['use.typekit.net', 'p.typekit.net', 'use.typekit.com', 'fast.fonts.net', 'cloud.typography.com'],
    reason: 'the font service answers for its account and the browser that asks',
    // Licences of fonts mostly forbid a copy.
    advice: POLICY,
    source: `${UNNAMED}, but a project: https://helpx.adobe.com/fonts/using/embed-codes.html`,
  },
  {
    hosts: ['www.paypal.com', 'www.paypalobjects.com', 'www.sandbox.paypal.com'],
    reason: 'PayPal changes its script at will',
    advice: SANDBOX,
    source: 'paypal/paypal-checkout-components#897, #2140',
  },
  {
    hosts: ['checkout.razorpay.com', 'web.squarecdn.com', 'sandbox.web.squarecdn.com', 'gateway.moneris.com'],
    reason: 'the payment provider changes its script at will',
    advice: SANDBOX,
    source: `${UNNAMED}: https://developer.squareup.com/docs/web-payments/overview; Moneris/Moneris-Checkout#9`,
  },
  {
    hosts: ['connect.facebook.net', 'platform.twitter.com', 'platform.linkedin.com', 'snap.licdn.com'],
    reason: 'a social network changes its script at will',
    advice: POLICY,
    source: `${UNNAMED} (connect.facebook.net/en_US/sdk.js, as in luiscarlosjayk/angular-facebook#84)`,
  },
  {
    hosts: [
      'www.instagram.com',
      'www.tiktok.com',
      'analytics.tiktok.com',
      'assets.pinterest.com',
      's.pinimg.com',
    ],
    reason: 'a social network changes its script at will',
    advice: POLICY,
    source: `${UNNAMED} (www.tiktok.com/embed.js, www.instagram.com/embed.js)`,
  },
  {
    hosts: [
      '*.hotjar.com',
      'www.clarity.ms',
      'bat.bing.com',
      'mc.yandex.ru',
      'hm.baidu.com',
      'cdn.segment.com',
    ],
    reason: 'an analytics loader is made for its account and changes at will',
    advice: POLICY,
    source: `${UNNAMED}, but an account (static.hotjar.com/c/hotjar-1.js); asked for: hotjar/hotjar-js#17`,
  },
  {
    hosts: ['static.cloudflareinsights.com', 'challenges.cloudflare.com', 'js.hcaptcha.com', 'hcaptcha.com'],
    reason: 'the script changes with each release of the service',
    advice: SANDBOX,
    source:
      'https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/, cloudflare/cloudflare-docs#16021',
  },
  {
    hosts: [
      'widget.intercom.io',
      'js.intercomcdn.com',
      'static.zdassets.com',
      'embed.tawk.to',
      'code.tidio.co',
    ],
    reason: 'a chat widget is made for its account and changes at will',
    advice: SANDBOX,
    source: `${UNNAMED}: https://www.intercom.com/help/en/articles/3894; even a version changed: zendesk/zendesk_app_framework_sdk#202`,
  },
  {
    hosts: ['client.crisp.chat', 'js.driftt.com', 'cdn.livechatinc.com', 'js.usemessages.com'],
    reason: 'a chat widget is made for its account and changes at will',
    advice: SANDBOX,
    source: `${UNNAMED}, but an account: https://docs.crisp.chat/guides/others/csp/`,
  },
  {
    hosts: [
      'js.hs-scripts.com',
      'js.hsforms.net',
      'js.hs-analytics.net',
      'cdn.optimizely.com',
      'js.sentry-cdn.com',
    ],
    reason: 'the loader is made for its account and changes at will',
    advice: POLICY,
    source:
      'https://docs.sentry.io/platforms/javascript/install/loader/ (it keeps itself up to date); Optimizely: mozilla/testpilot#1134',
  },
  {
    hosts: ['consent.cookiebot.com', 'cdn.cookielaw.org', 'app.usercentrics.eu', 'cdn.iubenda.com'],
    reason: 'a consent banner is made for its account and changes at will',
    advice: POLICY,
    source: `${UNNAMED}, but an account: bitnami/hex#333`,
  },
  {
    hosts: ['www.youtube.com', 'player.vimeo.com'],
    path: /^\/(?:iframe_api|player_api|api\/player\.js)/,
    reason: 'the player loader changes at will',
    advice: 'embed the player as an iframe without its script',
    source: 'videojs/videojs-youtube#566, vimeo/player.js#364',
  },
  {
    hosts: ['*.disqus.com'],
    reason: 'the comment loader is made for its account and changes at will',
    advice: SANDBOX,
    source: `${UNNAMED}, but a site: https://help.disqus.com/en/articles/1717112-universal-embed-code`,
  },
  {
    hosts: ['rawgit.com', 'cdn.rawgit.com'],
    reason: 'RawGit was shut down in 2019',
    advice:
      'use jsDelivr with an exact tag (cdn.jsdelivr.net/gh/user/repository@tag/file), or serve the file yourself',
    source: 'https://rawgit.com, SnowLord7/devconsole#1',
  },
];
