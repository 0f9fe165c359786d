/**
 * npm names of libraries that cdnjs and Google's ajax host call otherwise, or call the same. Only names listed here
 * become packages: guessing would report advisories of strangers.
 *
 * https://cdnjs.com/libraries (each library's page names its npm package), https://developers.google.com/speed/libraries
 */
const SAME =
  'jquery bootstrap react react-dom vue vuex vue-router angular d3 axios dompurify knockout modernizr select2 leaflet ' +
  'animate.css normalize.css moment-timezone jszip crypto-js bulma lightbox2 typed.js aos masonry-layout imagesloaded ' +
  'hammerjs mocha chai qunit dropzone flatpickr codemirror quill showdown bluebird async rxjs immutable redux ' +
  'nprogress alpinejs marked slick-carousel gsap html5shiv respond.js tinymce summernote sweetalert sweetalert2 ' +
  'video.js zepto js-cookie lazysizes popper.js jquery-migrate jquery-validate tether ramda preact plyr swiper ' +
  'owl.carousel photoswipe mermaid mathjs tippy.js chartist highcharts echarts vis-network three phaser pixi.js ' +
  'socket.io mustache ejs nunjucks purify lit fullcalendar bootstrap-table bootstrap-select bootstrap-datepicker ' +
  'intro.js jstree prototype mootools dojo vanilla-lazyload p5 paper raphael fabric konva howler tone ' +
  'xlsx pdfmake jspdf vuetify element-ui antd html2canvas simplemde easymde markdown-it uikit sockjs-client tablesorter ' +
  'datatables.net jquery-mobile angular-material angular-route angular-sanitize angular-animate angular-cookies ' +
  'angular-resource bootstrap-3-typeahead trix froala-editor mapbox-gl maplibre-gl monaco-editor graphiql redoc ' +
  'hls.js dashjs shaka-player peerjs list.js fuse.js mark.js nouislider dragula handsontable xterm commonmark ' +
  'js-yaml validator pako localforage dexie pouchdb mobx zxcvbn underscore backbone lodash moment handlebars ember ' +
  'jquery-form jquery.cookie jquery-ui bootbox urijs dompurify sanitize-html requirejs systemjs chart.js ' +
  'tailwindcss tiny-slider intl-tel-input js-sha256 simple-line-icons waypoints ionicons qrcodejs lottie-web autosize ' +
  'i18next jsoneditor mithril mousetrap pikaday signature_pad underscore.string xregexp animejs apexcharts c3 dayjs ' +
  'luxon web3 ethers simplebar noty jquery-confirm bootstrap-tagsinput bootstrap-slider bootstrap-switch ' +
  'bootstrap-daterangepicker bootstrap-colorpicker bootstrap-multiselect bootstrap-fileinput jquery-datetimepicker ' +
  'flot bxslider flickity hover.css milligram remixicon line-awesome boxicons vega vega-lite vega-embed ' +
  'chartjs-plugin-datalabels bootstrap-vue quasar cropper cropperjs filepond flag-icon-css flag-icons metismenu ' +
  'particles.js es6-promise babel-polyfill angular-ui-router angular-ui-bootstrap lightgallery matter-js ' +
  'medium-editor validate.js webrtc-adapter x-editable jsrender jquery.terminal reveal.js qs jplayer easyxdm ' +
  'jquery-ujs pivottable emojione remarkable jqtree alasql exceljs html2pdf.js leaflet.markercluster papaparse ' +
  'inputmask spin.js split.js wavesurfer.js typeahead.js fullpage.js ion-rangeslider jquery-slimscroll ' +
  'material-design-lite alertifyjs toastify-js notyf bootstrap-icons jquery.nicescroll ua-parser-js ';

const OTHER: Record<string, string> = {
  'twitter-bootstrap': 'bootstrap',
  angularjs: 'angular',
  'angular.js': 'angular',
  'backbone.js': 'backbone',
  'chart.js': 'chart.js',
  'clipboard.js': 'clipboard',
  'ember.js': 'ember-source',
  'font-awesome': 'font-awesome',
  'handlebars.js': 'handlebars',
  'highlight.js': 'highlight.js',
  htmx: 'htmx.org',
  jqueryui: 'jquery-ui',
  'jquery-validate': 'jquery-validation',
  katex: 'katex',
  'limonte-sweetalert2': 'sweetalert2',
  'lodash.js': 'lodash',
  'magnific-popup.js': 'magnific-popup',
  mathjax: 'mathjax',
  materialize: 'materialize-css',
  'moment.js': 'moment',
  'mustache.js': 'mustache',
  normalize: 'normalize.css',
  'numeral.js': 'numeral',
  owlcarousel2: 'owl.carousel',
  'pdf.js': 'pdfjs-dist',
  prism: 'prismjs',
  purify: 'dompurify',
  'require.js': 'requirejs',
  'semantic-ui': 'semantic-ui',
  'socket.io': 'socket.io-client',
  'three.js': 'three',
  threejs: 'three',
  d3js: 'd3',
  'toastr.js': 'toastr',
  'underscore.js': 'underscore',
  webfont: 'webfontloader',
  'babel-standalone': '@babel/standalone',
  foundation: 'foundation-sites',
  wow: 'wowjs',
  ace: 'ace-builds',
  datatables: 'datatables.net',
  jquerymobile: 'jquery-mobile',
  angular_material: 'angular-material',
  'bootbox.js': 'bootbox',
  'uri.js': 'urijs',
  'jquery.form': 'jquery-form',
  'jquery-cookie': 'jquery.cookie',
  'jquery-easing': 'jquery.easing',
  'jquery.mask': 'jquery-mask-plugin',
  'jquery.tablesorter': 'tablesorter',
  'swagger-ui': 'swagger-ui-dist',
  cesiumjs: 'cesium',
  'model-viewer': '@google/model-viewer',
  'lunr.js': 'lunr',
  sortable: 'sortablejs',
  'interact.js': 'interactjs',
  tabulator: 'tabulator-tables',
  forge: 'node-forge',
  openlayers: 'ol',
  'parsley.js': 'parsleyjs',
  ember: 'ember-source',
  plotly: 'plotly.js',
  'plotly.js': 'plotly.js',
  videojs: 'video.js',
  'jquery.inputmask': 'inputmask',
  bodymovin: 'lottie-web',
  'jquery.perfect-scrollbar': 'perfect-scrollbar',
  'bootstrap-datetimepicker': 'eonasdan-bootstrap-datetimepicker',
  fetch: 'whatwg-fetch',
  'jquery.isotope': 'isotope-layout',
  'leaflet.draw': 'leaflet-draw',
  'selectize.js': 'selectize',
  'scrollreveal.js': 'scrollreveal',
  'snap.svg': 'snapsvg',
  tinycolor: 'tinycolor2',
  velocity: 'velocity-animate',
  chosen: 'chosen-js',
  'pickadate.js': 'pickadate',
  'jquery.colorbox': 'jquery-colorbox',
  splidejs: '@splidejs/splide',
  pure: 'purecss',
  'materialdesign-webfont': '@mdi/font',
  'uaparser.js': 'ua-parser-js',
  'p5.js': 'p5',
  d3: 'd3',
  'respond.js': 'respond.js',
};

const NAMES = new Map([...SAME.split(' ').map((name) => [name, name] as const), ...Object.entries(OTHER)]);

/** The npm package behind a library name and version of cdnjs or Google's ajax host; undefined where none is known. */
export function npmName(library: string, version: string): string | undefined {
  const name = library.toLowerCase();
  const major = Number.parseInt(version, 10);
  // Both kept their name while the package changed hands: https://cdnjs.com/libraries/font-awesome, …/popper.js
  if (name === 'font-awesome' && major >= 5) return '@fortawesome/fontawesome-free';
  if (name === 'fancybox') return major >= 3 ? '@fancyapps/fancybox' : 'fancybox';
  if (name === 'ckeditor') return major === 4 ? 'ckeditor4' : undefined;
  if (name === 'popper.js' && major >= 2) return '@popperjs/core';
  return NAMES.get(name);
}

/** `1.7` as semver has it: `1.7.0`. */
export function complete(version: string): string {
  return /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
}
