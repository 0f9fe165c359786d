const vaktUrl=require("node:url").pathToFileURL(__filename).href;
var wt=Object.create;var ge=Object.defineProperty;var vt=Object.getOwnPropertyDescriptor;var Et=Object.getOwnPropertyNames;var bt=Object.getPrototypeOf,kt=Object.prototype.hasOwnProperty;var T=(t,e)=>()=>{try{return e||t((e={exports:{}}).exports,e),e.exports}catch(n){throw e=0,n}};var It=(t,e,n,s)=>{if(e&&typeof e=="object"||typeof e=="function")for(let r of Et(e))!kt.call(t,r)&&r!==n&&ge(t,r,{get:()=>e[r],enumerable:!(s=vt(e,r))||s.enumerable});return t};var Tt=(t,e,n)=>(n=t!=null?wt(bt(t)):{},It(e||!t||!t.__esModule?ge(n,"default",{value:t,enumerable:!0}):n,t));var we=T((Kn,ye)=>{ye.exports=At;function At(...t){let e=t;t.length===1&&(Array.isArray(t[0])||typeof t[0]=="string")&&(e=[].concat(t[0]));for(let r=0,a=e.length;r<a;r++)e[r]=typeof e[r]=="string"?e[r]:String(e[r]);e=e.sort(St);let n={},s="";for(let r=0,a=e.length;r<a;r++){let u=e[r],g=e[r+1]||"",f=!0,v=!0;if(u===g)continue;let m=0,N=u.length;for(;m<N;m++){let x=u.charAt(m);if(f=f&&x===g.charAt(m),v=v&&x===s.charAt(m),!f&&!v){m++;break}}if(s=u,m===N){n[u]=u;continue}for(let x=u.slice(0,m);m<=N;m++)n[x]=u,x+=u.charAt(m)}return n}function St(t,e){return t===e?0:t>e?1:-1}});var J=T((Jn,ve)=>{ve.exports=process.env.DEBUG_NOPT||process.env.NOPT_DEBUG?(...t)=>console.error(...t):()=>{}});var Z=T((zn,Ie)=>{var Ee=require("url"),z=require("path"),be=require("stream").Stream,Rt=require("os"),ke=J();function Lt(t,e,n){t[e]=String(n)}function Nt(t,e,n){if(n===!0)return!1;if(n===null)return!0;n=String(n);let r=process.platform==="win32"?/^~(\/|\\)/:/^~\//,a=Rt.homedir();return a&&n.match(r)?t[e]=z.resolve(a,n.slice(2)):t[e]=z.resolve(n),!0}function xt(t,e,n){if(ke("validate Number %j %j %j",e,n,isNaN(n)),isNaN(n))return!1;t[e]=+n}function Dt(t,e,n){let s=Date.parse(n);if(ke("validate Date %j %j %j",e,n,s),isNaN(s))return!1;t[e]=new Date(n)}function Ot(t,e,n){typeof n=="string"?isNaN(n)?n==="null"||n==="false"?n=!1:n=!0:n=!!+n:n=!!n,t[e]=n}function Ct(t,e,n){if(n=Ee.parse(String(n)),!n.host)return!1;t[e]=n.href}function _t(t,e,n){if(!(n instanceof be))return!1;t[e]=n}Ie.exports={String:{type:String,validate:Lt},Boolean:{type:Boolean,validate:Ot},url:{type:Ee,validate:Ct},Number:{type:Number,validate:xt},path:{type:z,validate:Nt},Stream:{type:be,validate:_t},Date:{type:Date,validate:Dt},Array:{type:Array}}});var De=T((Zn,xe)=>{var q=we(),w=J(),Pt=Z(),Ae=(t,e)=>Object.prototype.hasOwnProperty.call(t,e),Se=(t,{types:e,dynamicTypes:n})=>{let s=Ae(e,t),r=e[t];if(!s&&typeof n=="function"){let a=n(t);a!==void 0&&(r=a,s=!0)}return[s,r]},G=(t,e)=>e&&t===e,P=(t,e)=>e&&t.indexOf(e)!==-1,Ut=(t,e)=>e&&!P(t,e);function Bt(t,{types:e,shorthands:n,typeDefs:s,invalidHandler:r,unknownHandler:a,abbrevHandler:u,typeDefault:g,dynamicTypes:f}={}){w(e,n,t,s);let v={},m={remain:[],cooked:t,original:t.slice(0)};return Le(t,v,m.remain,{typeDefs:s,types:e,dynamicTypes:f,shorthands:n,unknownHandler:a,abbrevHandler:u}),Re(v,{types:e,dynamicTypes:f,typeDefs:s,invalidHandler:r,typeDefault:g}),v.argv=m,Object.defineProperty(v.argv,"toString",{value:function(){return this.original.map(JSON.stringify).join(" ")},enumerable:!1}),v}function Re(t,{types:e={},typeDefs:n={},dynamicTypes:s,invalidHandler:r,typeDefault:a}={}){let u=n.String?.type,g=n.Number?.type,f=n.Array?.type,v=n.Boolean?.type,m=n.Date?.type,N=typeof a<"u";N||(a=[!1,!0,null],u&&a.push(u),f&&a.push(f));let x={};Object.keys(t).forEach(b=>{if(b==="argv")return;let S=t[b];w("val=%j",S);let k=Array.isArray(S),[p,D]=Se(b,{types:e,dynamicTypes:s}),E=D;k||(S=[S]),E||(E=a),G(E,f)&&(E=a.concat(f)),Array.isArray(E)||(E=[E]),w("val=%j",S),w("types=",E),S=S.map(h=>{if(typeof h=="string"&&(w("string %j",h),h=h.trim(),h==="null"&&~E.indexOf(null)||h==="true"&&(~E.indexOf(!0)||P(E,v))||h==="false"&&(~E.indexOf(!1)||P(E,v))?(h=JSON.parse(h),w("jsonable %j",h)):P(E,g)&&!isNaN(h)?(w("convert to number",h),h=+h):P(E,m)&&!isNaN(Date.parse(h))&&(w("convert to date",h),h=new Date(h))),!p){if(!N)return h;D=a}h===!1&&~E.indexOf(null)&&!(~E.indexOf(!1)||P(E,v))&&(h=null);let O={};return O[b]=h,w("prevalidated val",O,h,D),ee(O,b,h,D,{typeDefs:n})?(w("validated v",O,h,D),O[b]):(r?r(b,h,D,t):r!==!1&&w("invalid: "+b+"="+h,D),x)}).filter(h=>h!==x),!S.length&&Ut(E,f)?(w("VAL HAS NO LENGTH, DELETE IT",S,b,E.indexOf(f)),delete t[b]):k?(w(k,t[b],S),t[b]=S):t[b]=S[0],w("k=%s val=%j",b,S,t[b])})}function ee(t,e,n,s,{typeDefs:r}={}){let a=r?.Array?.type;if(Array.isArray(s)){for(let f=0,v=s.length;f<v;f++)if(!G(s[f],a)&&ee(t,e,n,s[f],{typeDefs:r}))return!0;return delete t[e],!1}if(G(s,a))return!0;if(s!==s)return w("Poison NaN",e,n,s),delete t[e],!1;if(n===s)return w("Explicitly allowed %j",n),t[e]=n,!0;let u=!1,g=Object.keys(r);for(let f=0,v=g.length;f<v;f++){w("test type %j %j %j",e,n,g[f]);let m=r[g[f]];if(m&&(s&&s.name&&m.type&&m.type.name?s.name===m.type.name:s===m.type)){let N={};if(u=m.validate(N,e,n)!==!1,n=N[e],u){t[e]=n;break}}}return w("OK? %j (%j %j %j)",u,e,n,g[g.length-1]),u||delete t[e],u}function Le(t,e,n,{types:s={},typeDefs:r={},shorthands:a={},dynamicTypes:u,unknownHandler:g,abbrevHandler:f}={}){let v=r.String?.type,m=r.Number?.type,N=r.Array?.type,x=r.Boolean?.type;w("parse",t,e,n);let b=q(Object.keys(s));w("abbrevs=%j",b);let S=q(Object.keys(a));for(let k=0;k<t.length;k++){let p=t[k];if(w("arg",p),p.match(/^-{2,}$/)){n.push.apply(n,t.slice(k+1)),t[k]="--";break}let D=!1;if(p.charAt(0)==="-"&&p.length>1){let E=p.indexOf("=");if(E>-1){D=!0;let W=p.slice(E+1);p=p.slice(0,E),t.splice(k,1,p,W)}let h=Ne(p,S,b,{shorthands:a,abbrevHandler:f});if(w("arg=%j shRes=%j",p,h),h&&(t.splice.apply(t,[k,1].concat(h)),p!==h[0])){k--;continue}p=p.replace(/^-+/,"");let O=null;for(;p.toLowerCase().indexOf("no-")===0;)O=!O,p=p.slice(3);b[p]&&b[p]!==p&&(f?f(p,b[p]):f!==!1&&w(`abbrev: ${p} -> ${b[p]}`),p=b[p]);let[gt,A]=Se(p,{types:s,dynamicTypes:u}),j=Array.isArray(A);j&&A.length===1&&(j=!1,A=A[0]);let K=G(A,N)||j&&P(A,N);!gt&&Ae(e,p)&&(Array.isArray(e[p])||(e[p]=[e[p]]),K=!0);let R,y=t[k+1],yt=typeof O=="boolean"||G(A,x)||j&&P(A,x)||typeof A>"u"&&!D||y==="false"&&(A===null||j&&~A.indexOf(null));if(typeof A>"u"){let W=!D&&y&&!y?.startsWith("-")&&!["true","false"].includes(y);g?W?g(p,y):g(p):g!==!1&&(w(`unknown: ${p}`),W&&w(`unknown: ${y} parsed as normal opt`))}if(yt){R=!O,(y==="true"||y==="false")&&(R=JSON.parse(y),y=null,O&&(R=!R),k++),j&&y&&(~A.indexOf(y)?(R=y,k++):y==="null"&&~A.indexOf(null)?(R=null,k++):!y.match(/^-{2,}[^-]/)&&!isNaN(y)&&P(A,m)?(R=+y,k++):!y.match(/^-[^-]/)&&P(A,v)&&(R=y,k++)),K?(e[p]=e[p]||[]).push(R):e[p]=R;continue}G(A,v)&&(y===void 0?y="":y.match(/^-{1,2}[^-]+/)&&(y="",k--)),y&&y.match(/^-{2,}$/)&&(y=void 0,k--),R=y===void 0?!0:y,K?(e[p]=e[p]||[]).push(R):e[p]=R,k++;continue}n.push(p)}}var Te=Symbol("singles"),$t=(t,e)=>{let n=e[Te];n||(n=Object.keys(e).filter(r=>r.length===1).reduce((r,a)=>(r[a]=!0,r),{}),e[Te]=n,w("shorthand singles",n));let s=t.split("").filter(r=>n[r]);return s.join("")===t?s:null};function Ne(t,...e){let{abbrevHandler:n,types:s={},shorthands:r={}}=e.length?e.pop():{},a=e[0]??q(Object.keys(r)),u=e[1]??q(Object.keys(s));if(t=t.replace(/^-+/,""),u[t]===t)return null;if(r[t])return r[t]&&!Array.isArray(r[t])&&(r[t]=r[t].split(/\s+/)),r[t];let g=$t(t,r);return g?g.map(f=>r[f]).reduce((f,v)=>f.concat(v),[]):u[t]&&!r[t]?null:(a[t]&&(n?n(t,a[t]):n!==!1&&w(`abbrev: ${t} -> ${a[t]}`),t=a[t]),r[t]&&!Array.isArray(r[t])&&(r[t]=r[t].split(/\s+/)),r[t])}xe.exports={nopt:Bt,clean:Re,parse:Le,validate:ee,resolveShort:Ne,typeDefs:Pt}});var Ce=T((L,Oe)=>{var te=De(),jt=Z();Oe.exports=L=Gt;L.clean=Mt;L.typeDefs=jt;L.lib=te;function Gt(t,e,n=process.argv,s=2){return te.nopt(n.slice(s),{types:t||{},shorthands:e||{},typeDefs:L.typeDefs,invalidHandler:L.invalidHandler,unknownHandler:L.unknownHandler,abbrevHandler:L.abbrevHandler})}function Mt(t,e,n=L.typeDefs){return te.clean(t,{types:e||{},typeDefs:n,invalidHandler:L.invalidHandler,unknownHandler:L.unknownHandler,abbrevHandler:L.abbrevHandler})}});var Ue=T((ei,Pe)=>{var _e=t=>{if(typeof t=="string"){if(/^0o?[0-7]+$/.test(t))return parseInt(t.replace(/^0o?/,""),8);if(/^[1-9][0-9]*$/.test(t))return parseInt(t,10);throw new Error(`invalid umask value: ${t}`)}else{if(typeof t!="number")throw new Error(`invalid umask value: ${t}`);if(t=Math.floor(t),t<0||t>511)throw new Error(`invalid umask value: ${t}`);return t}},Ft=(t,e,n)=>{try{return t[e]=_e(n),!0}catch{return!1}};Pe.exports={parse:_e,validate:Ft}});var ne=T((ti,Be)=>{"use strict";var Xt=typeof process=="object"&&process.env&&process.env.NODE_DEBUG&&/\bsemver\b/i.test(process.env.NODE_DEBUG)?(...t)=>console.error("SEMVER",...t):()=>{};Be.exports=Xt});var ie=T((ni,$e)=>{"use strict";var Wt="2.0.0",qt=Number.MAX_SAFE_INTEGER||9007199254740991,Ht=16,Vt=250,Yt=["	",`
`,"\v","\f","\r"," ","\xA0","\u1680","\u2000","\u2001","\u2002","\u2003","\u2004","\u2005","\u2006","\u2007","\u2008","\u2009","\u200A","\u2028","\u2029","\u202F","\u205F","\u3000","\uFEFF"],Qt=["major","premajor","minor","preminor","patch","prepatch","prerelease"];$e.exports={MAX_LENGTH:256,MAX_SAFE_COMPONENT_LENGTH:Ht,MAX_SAFE_BUILD_LENGTH:Vt,MAX_SAFE_INTEGER:qt,WHITESPACE_CHARACTERS:Yt,RELEASE_TYPES:Qt,SEMVER_SPEC_VERSION:Wt,FLAG_INCLUDE_PRERELEASE:1,FLAG_LOOSE:2}});var Ge=T((U,je)=>{"use strict";var{MAX_SAFE_COMPONENT_LENGTH:se,MAX_SAFE_BUILD_LENGTH:Kt,MAX_LENGTH:Jt}=ie(),zt=ne();U=je.exports={};var Zt=U.re=[],en=U.safeRe=[],l=U.src=[],tn=U.safeSrc=[],c=U.t={},nn=0,re="[a-zA-Z0-9-]",sn=[["\\s",1],["\\d",Jt],[re,Kt]],rn=t=>{for(let[e,n]of sn)t=t.split(`${e}*`).join(`${e}{0,${n}}`).split(`${e}+`).join(`${e}{1,${n}}`);return t},d=(t,e,n)=>{let s=rn(e),r=nn++;zt(t,r,e),c[t]=r,l[r]=e,tn[r]=s,Zt[r]=new RegExp(e,n?"g":void 0),en[r]=new RegExp(s,n?"g":void 0)};d("NUMERICIDENTIFIER","0|[1-9]\\d*");d("NUMERICIDENTIFIERLOOSE","\\d+");d("NONNUMERICIDENTIFIER",`\\d*[a-zA-Z-]${re}*`);d("MAINVERSION",`(${l[c.NUMERICIDENTIFIER]})\\.(${l[c.NUMERICIDENTIFIER]})\\.(${l[c.NUMERICIDENTIFIER]})`);d("MAINVERSIONLOOSE",`(${l[c.NUMERICIDENTIFIERLOOSE]})\\.(${l[c.NUMERICIDENTIFIERLOOSE]})\\.(${l[c.NUMERICIDENTIFIERLOOSE]})`);d("PRERELEASEIDENTIFIER",`(?:${l[c.NONNUMERICIDENTIFIER]}|${l[c.NUMERICIDENTIFIER]})`);d("PRERELEASEIDENTIFIERLOOSE",`(?:${l[c.NONNUMERICIDENTIFIER]}|${l[c.NUMERICIDENTIFIERLOOSE]})`);d("PRERELEASE",`(?:-(${l[c.PRERELEASEIDENTIFIER]}(?:\\.${l[c.PRERELEASEIDENTIFIER]})*))`);d("PRERELEASELOOSE",`(?:-?(${l[c.PRERELEASEIDENTIFIERLOOSE]}(?:\\.${l[c.PRERELEASEIDENTIFIERLOOSE]})*))`);d("BUILDIDENTIFIER",`${re}+`);d("BUILD",`(?:\\+(${l[c.BUILDIDENTIFIER]}(?:\\.${l[c.BUILDIDENTIFIER]})*))`);d("FULLPLAIN",`v?${l[c.MAINVERSION]}${l[c.PRERELEASE]}?${l[c.BUILD]}?`);d("FULL",`^${l[c.FULLPLAIN]}$`);d("LOOSEPLAIN",`[v=\\s]*${l[c.MAINVERSIONLOOSE]}${l[c.PRERELEASELOOSE]}?${l[c.BUILD]}?`);d("LOOSE",`^${l[c.LOOSEPLAIN]}$`);d("GTLT","((?:<|>)?=?)");d("XRANGEIDENTIFIERLOOSE",`${l[c.NUMERICIDENTIFIERLOOSE]}|x|X|\\*`);d("XRANGEIDENTIFIER",`${l[c.NUMERICIDENTIFIER]}|x|X|\\*`);d("XRANGEPLAIN",`[v=\\s]*(${l[c.XRANGEIDENTIFIER]})(?:\\.(${l[c.XRANGEIDENTIFIER]})(?:\\.(${l[c.XRANGEIDENTIFIER]})(?:${l[c.PRERELEASE]})?${l[c.BUILD]}?)?)?`);d("XRANGEPLAINLOOSE",`[v=\\s]*(${l[c.XRANGEIDENTIFIERLOOSE]})(?:\\.(${l[c.XRANGEIDENTIFIERLOOSE]})(?:\\.(${l[c.XRANGEIDENTIFIERLOOSE]})(?:${l[c.PRERELEASELOOSE]})?${l[c.BUILD]}?)?)?`);d("XRANGE",`^${l[c.GTLT]}\\s*${l[c.XRANGEPLAIN]}$`);d("XRANGELOOSE",`^${l[c.GTLT]}\\s*${l[c.XRANGEPLAINLOOSE]}$`);d("COERCEPLAIN",`(^|[^\\d])(\\d{1,${se}})(?:\\.(\\d{1,${se}}))?(?:\\.(\\d{1,${se}}))?`);d("COERCE",`${l[c.COERCEPLAIN]}(?:$|[^\\d])`);d("COERCEFULL",l[c.COERCEPLAIN]+`(?:${l[c.PRERELEASE]})?(?:${l[c.BUILD]})?(?:$|[^\\d])`);d("COERCERTL",l[c.COERCE],!0);d("COERCERTLFULL",l[c.COERCEFULL],!0);d("LONETILDE","(?:~>?)");d("TILDETRIM",`(\\s*)${l[c.LONETILDE]}\\s+`,!0);U.tildeTrimReplace="$1~";d("TILDE",`^${l[c.LONETILDE]}${l[c.XRANGEPLAIN]}$`);d("TILDELOOSE",`^${l[c.LONETILDE]}${l[c.XRANGEPLAINLOOSE]}$`);d("LONECARET","(?:\\^)");d("CARETTRIM",`(\\s*)${l[c.LONECARET]}\\s+`,!0);U.caretTrimReplace="$1^";d("CARET",`^${l[c.LONECARET]}${l[c.XRANGEPLAIN]}$`);d("CARETLOOSE",`^${l[c.LONECARET]}${l[c.XRANGEPLAINLOOSE]}$`);d("COMPARATORLOOSE",`^${l[c.GTLT]}\\s*(${l[c.LOOSEPLAIN]})$|^$`);d("COMPARATOR",`^${l[c.GTLT]}\\s*(${l[c.FULLPLAIN]})$|^$`);d("COMPARATORTRIM",`(\\s*)${l[c.GTLT]}\\s*(${l[c.LOOSEPLAIN]}|${l[c.XRANGEPLAIN]})`,!0);U.comparatorTrimReplace="$1$2$3";d("HYPHENRANGE",`^\\s*(${l[c.XRANGEPLAIN]})\\s+-\\s+(${l[c.XRANGEPLAIN]})\\s*$`);d("HYPHENRANGELOOSE",`^\\s*(${l[c.XRANGEPLAINLOOSE]})\\s+-\\s+(${l[c.XRANGEPLAINLOOSE]})\\s*$`);d("STAR","(<|>)?=?\\s*\\*");d("GTE0","^\\s*>=\\s*0\\.0\\.0\\s*$");d("GTE0PRE","^\\s*>=\\s*0\\.0\\.0-0\\s*$")});var Fe=T((ii,Me)=>{"use strict";var on=Object.freeze({loose:!0}),an=Object.freeze({}),ln=t=>t?typeof t!="object"?on:t:an;Me.exports=ln});var He=T((si,qe)=>{"use strict";var Xe=/^[0-9]+$/,We=(t,e)=>{if(typeof t=="number"&&typeof e=="number")return t===e?0:t<e?-1:1;let n=Xe.test(t),s=Xe.test(e);return n&&s&&(t=+t,e=+e),t===e?0:n&&!s?-1:s&&!n?1:t<e?-1:1},cn=(t,e)=>We(e,t);qe.exports={compareIdentifiers:We,rcompareIdentifiers:cn}});var Qe=T((ri,Ye)=>{"use strict";var H=ne(),{MAX_LENGTH:Ve,MAX_SAFE_INTEGER:V}=ie(),{safeRe:Y,t:Q}=Ge(),pn=Fe(),{compareIdentifiers:oe}=He(),dn=(t,e)=>{let n=e.split(".");if(n.length>t.length)return!1;for(let s=0;s<n.length;s++)if(oe(t[s],n[s])!==0)return!1;return!0},ae=class t{constructor(e,n){if(n=pn(n),e instanceof t){if(e.loose===!!n.loose&&e.includePrerelease===!!n.includePrerelease)return e;e=e.version}else if(typeof e!="string")throw new TypeError(`Invalid version. Must be a string. Got type "${typeof e}".`);if(e.length>Ve)throw new TypeError(`version is longer than ${Ve} characters`);H("SemVer",e,n),this.options=n,this.loose=!!n.loose,this.includePrerelease=!!n.includePrerelease;let s=e.trim().match(n.loose?Y[Q.LOOSE]:Y[Q.FULL]);if(!s)throw new TypeError(`Invalid Version: ${e}`);if(this.raw=e,this.major=+s[1],this.minor=+s[2],this.patch=+s[3],this.major>V||this.major<0)throw new TypeError("Invalid major version");if(this.minor>V||this.minor<0)throw new TypeError("Invalid minor version");if(this.patch>V||this.patch<0)throw new TypeError("Invalid patch version");s[4]?this.prerelease=s[4].split(".").map(r=>{if(/^[0-9]+$/.test(r)){let a=+r;if(a>=0&&a<V)return a}return r}):this.prerelease=[],this.build=s[5]?s[5].split("."):[],this.format()}format(){return this.version=`${this.major}.${this.minor}.${this.patch}`,this.prerelease.length&&(this.version+=`-${this.prerelease.join(".")}`),this.version}toString(){return this.version}compare(e){if(H("SemVer.compare",this.version,this.options,e),!(e instanceof t)){if(typeof e=="string"&&e===this.version)return 0;e=new t(e,this.options)}return e.version===this.version?0:this.compareMain(e)||this.comparePre(e)}compareMain(e){return e instanceof t||(e=new t(e,this.options)),this.major<e.major?-1:this.major>e.major?1:this.minor<e.minor?-1:this.minor>e.minor?1:this.patch<e.patch?-1:this.patch>e.patch?1:0}comparePre(e){if(e instanceof t||(e=new t(e,this.options)),this.prerelease.length&&!e.prerelease.length)return-1;if(!this.prerelease.length&&e.prerelease.length)return 1;if(!this.prerelease.length&&!e.prerelease.length)return 0;let n=0;do{let s=this.prerelease[n],r=e.prerelease[n];if(H("prerelease compare",n,s,r),s===void 0&&r===void 0)return 0;if(r===void 0)return 1;if(s===void 0)return-1;if(s===r)continue;return oe(s,r)}while(++n)}compareBuild(e){e instanceof t||(e=new t(e,this.options));let n=0;do{let s=this.build[n],r=e.build[n];if(H("build compare",n,s,r),s===void 0&&r===void 0)return 0;if(r===void 0)return 1;if(s===void 0)return-1;if(s===r)continue;return oe(s,r)}while(++n)}inc(e,n,s){if(e.startsWith("pre")){if(!n&&s===!1)throw new Error("invalid increment argument: identifier is empty");if(n){let r=`-${n}`.match(this.options.loose?Y[Q.PRERELEASELOOSE]:Y[Q.PRERELEASE]);if(!r||r[1]!==n)throw new Error(`invalid identifier: ${n}`)}}switch(e){case"premajor":this.prerelease.length=0,this.patch=0,this.minor=0,this.major++,this.inc("pre",n,s);break;case"preminor":this.prerelease.length=0,this.patch=0,this.minor++,this.inc("pre",n,s);break;case"prepatch":this.prerelease.length=0,this.inc("patch",n,s),this.inc("pre",n,s);break;case"prerelease":this.prerelease.length===0&&this.inc("patch",n,s),this.inc("pre",n,s);break;case"release":if(this.prerelease.length===0)throw new Error(`version ${this.raw} is not a prerelease`);this.prerelease.length=0;break;case"major":(this.minor!==0||this.patch!==0||this.prerelease.length===0)&&this.major++,this.minor=0,this.patch=0,this.prerelease=[];break;case"minor":(this.patch!==0||this.prerelease.length===0)&&this.minor++,this.patch=0,this.prerelease=[];break;case"patch":this.prerelease.length===0&&this.patch++,this.prerelease=[];break;case"pre":{let r=Number(s)?1:0;if(this.prerelease.length===0)this.prerelease=[r];else{let a=this.prerelease.length;for(;--a>=0;)typeof this.prerelease[a]=="number"&&(this.prerelease[a]++,a=-2);if(a===-1){if(n===this.prerelease.join(".")&&s===!1)throw new Error("invalid increment argument: identifier already exists");this.prerelease.push(r)}}if(n){let a=[n,r];if(s===!1&&(a=[n]),dn(this.prerelease,n)){let u=this.prerelease[n.split(".").length];isNaN(u)&&(this.prerelease=a)}else this.prerelease=a}break}default:throw new Error(`invalid increment argument: ${e}`)}return this.raw=this.format(),this.build.length&&(this.raw+=`+${this.build.join(".")}`),this}};Ye.exports=ae});var ze=T((oi,Je)=>{"use strict";var Ke=Qe(),un=(t,e,n=!1)=>{if(t instanceof Ke)return t;try{return new Ke(t,e)}catch(s){if(!n)return null;throw s}};Je.exports=un});var et=T((ai,Ze)=>{"use strict";var fn=ze(),hn=(t,e)=>{let n=fn(t,e);return n?n.version:null};Ze.exports=hn});var de=T((li,pe)=>{var $=Ce(),{validate:mn}=Ue(),le=class{},ce=class{},gn=et(),yn=(t,e,n)=>{let s=gn(n);if(!s)return!1;t[e]=s},wn=$.typeDefs.path.validate,vn=(t,e,n)=>typeof n!="string"?!1:wn(t,e,n);pe.exports={...$.typeDefs,semver:{type:ce,validate:yn,description:"full valid SemVer string"},Umask:{type:le,validate:mn,description:"octal number in range 0o000..0o777 (0..511)"},url:{...$.typeDefs.url,description:'full url with "http://"'},path:{...$.typeDefs.path,validate:vn,description:"valid filesystem path"},Number:{...$.typeDefs.Number,description:"numeric value"},Boolean:{...$.typeDefs.Boolean,description:"boolean value (true or false)"},Date:{...$.typeDefs.Date,description:"valid Date string"}};$.typeDefs=pe.exports});var rt=T((ci,st)=>{var En=["type","description","default","key"],bn=["default","defaultDescription","deprecated","description","exclusive","flatten","hint","key","short","type","typeDescription","usage","envExport","alias","required"],{semver:{type:kn},Umask:{type:In},url:{type:Tn},path:{type:An}}=de(),ue=class{constructor(e,n){this.key=e,this.envExport=!0,Object.assign(this,n),this.validate(),this.defaultDescription||(this.defaultDescription=it(this.default)),this.typeDescription||(this.typeDescription=nt(this.type)),this.hint||(this.type===Number?this.hint="<number>":this.hint=`<${this.key}>`),this.usage||(this.usage=Sn(this))}validate(){for(let e of En)if(!Object.prototype.hasOwnProperty.call(this,e))throw new Error(`config lacks ${e}: ${this.key}`);if(!this.key)throw new Error(`config lacks key: ${this.key}`);for(let e of Object.keys(this))if(!bn.includes(e))throw new Error(`config defines unknown field ${e}: ${this.key}`)}describe(){let e=M(this.description),n=this.envExport?"":`
This value is not exported to the environment for child processes.
`,s=this.deprecated?`* DEPRECATED: ${M(this.deprecated)}
`:"",r=this.exclusive?`
This config cannot be used with: \`${this.exclusive.join("`, `")}\``:"";return Rn(`#### \`${this.key}\`

* Default: ${M(this.defaultDescription)}
* Type: ${M(this.typeDescription)}
${s}
${e}
${r}
${n}`)}},Sn=t=>{let e="";if(!Array.isArray(t.type))return t.short&&(e=`-${t.short}|`),t.type===Boolean&&t.default!==!1?e=`${e}--no-${t.key}`:e=`${e}--${t.key}`,t.type!==Boolean&&(e=`${e} ${t.hint}`),e;e=`--${t.key}`,t.short&&(e=`-${t.short}|--${t.key}`);let n=t.type,s=n.includes(Array),r=n.includes(Boolean);if(n=n.filter(g=>g!==null&&g!==Array&&g!==Boolean),!n.length)return e;let a;n.some(g=>typeof g!="string")?a=t.hint:a=`<${n.filter(g=>g).join("|")}>`,r&&(e=`--no-${t.key}|${e}`);let u=`${e} ${a}`;return s?`${u} [${u} ...]`:u},nt=t=>{if(Array.isArray(t)){let e=t.filter(u=>u!==Array).map(u=>nt(u)),n=e.length>1?[e.pop()]:[],s=e.length>1?", or ":" or ",r=[e.join(", ")].concat(n).join(s),a=t.includes(Array)?" (can be set multiple times)":"";return`${r}${a}`}switch(t){case String:return"String";case Number:return"Number";case In:return"Octal numeric string in range 0000..0777 (0..511)";case Boolean:return"Boolean";case Date:return"Date";case An:return"Path";case kn:return"SemVer string";case Tn:return"URL";default:return it(t)}},it=t=>typeof t=="string"?JSON.stringify(t):String(t),M=t=>{let e=t.match(/\n +/);return e?t.split(e[0]).join(`
`).trim():t.trim()},tt=t=>{let e=Math.min(Math.max(20,process.stdout.columns)||80,80)-5;return M(t).split(/[ \n]+/).reduce((n,s)=>{let r=n.split(`
`).pop(),a=r.length&&r.length+s.length>e?`
`:" ";return n+a+s})},Rn=t=>{let e=!1;return t.split(`

`).map(n=>e||n.startsWith("```")?(e=!n.endsWith("```"),n):n.charAt(0)==="*"?"* "+n.slice(1).trim().split(`
* `).map(s=>tt(s).replace(/\n/g,`
  `)).join(`
* `):tt(n)).join(`

`)};st.exports=ue});var at=T((pi,ot)=>{var Ln=t=>{let e=[],n=Array.isArray(t)?t:typeof t=="string"?[t]:[];for(let s of n)if(typeof s=="string")for(let r of s.split(",")){let a=r.trim();a&&e.push(a)}return e};ot.exports=Ln});var lt=T((di,Nn)=>{Nn.exports=[{name:"Agola CI",constant:"AGOLA",env:"AGOLA_GIT_REF",pr:"AGOLA_PULL_REQUEST_ID"},{name:"Alpic",constant:"ALPIC",env:"ALPIC_HOST"},{name:"Appcircle",constant:"APPCIRCLE",env:"AC_APPCIRCLE",pr:{env:"AC_GIT_PR",ne:"false"}},{name:"AppVeyor",constant:"APPVEYOR",env:"APPVEYOR",pr:"APPVEYOR_PULL_REQUEST_NUMBER"},{name:"AWS CodeBuild",constant:"CODEBUILD",env:"CODEBUILD_BUILD_ARN",pr:{env:"CODEBUILD_WEBHOOK_EVENT",any:["PULL_REQUEST_CREATED","PULL_REQUEST_UPDATED","PULL_REQUEST_REOPENED"]}},{name:"Azure Pipelines",constant:"AZURE_PIPELINES",env:"TF_BUILD",pr:{BUILD_REASON:"PullRequest"}},{name:"Bamboo",constant:"BAMBOO",env:"bamboo_planKey"},{name:"Bitbucket Pipelines",constant:"BITBUCKET",env:"BITBUCKET_COMMIT",pr:"BITBUCKET_PR_ID"},{name:"Bitrise",constant:"BITRISE",env:"BITRISE_IO",pr:"BITRISE_PULL_REQUEST"},{name:"Buddy",constant:"BUDDY",env:"BUDDY_WORKSPACE_ID",pr:"BUDDY_EXECUTION_PULL_REQUEST_ID"},{name:"Buildkite",constant:"BUILDKITE",env:"BUILDKITE",pr:{env:"BUILDKITE_PULL_REQUEST",ne:"false"}},{name:"Capawesome Cloud",constant:"CAPAWESOME_CLOUD",env:"CAPAWESOME_CLOUD"},{name:"CircleCI",constant:"CIRCLE",env:"CIRCLECI",pr:"CIRCLE_PULL_REQUEST"},{name:"Cirrus CI",constant:"CIRRUS",env:"CIRRUS_CI",pr:"CIRRUS_PR"},{name:"Cloudflare Pages",constant:"CLOUDFLARE_PAGES",env:"CF_PAGES"},{name:"Cloudflare Workers",constant:"CLOUDFLARE_WORKERS",env:"WORKERS_CI"},{name:"Codefresh",constant:"CODEFRESH",env:"CF_BUILD_ID",pr:{any:["CF_PULL_REQUEST_NUMBER","CF_PULL_REQUEST_ID"]}},{name:"Codemagic",constant:"CODEMAGIC",env:"CM_BUILD_ID",pr:"CM_PULL_REQUEST"},{name:"Codeship",constant:"CODESHIP",env:{CI_NAME:"codeship"}},{name:"Drone",constant:"DRONE",env:"DRONE",pr:{DRONE_BUILD_EVENT:"pull_request"}},{name:"dsari",constant:"DSARI",env:"DSARI"},{name:"Earthly",constant:"EARTHLY",env:"EARTHLY_CI"},{name:"Expo Application Services",constant:"EAS",env:"EAS_BUILD"},{name:"Gerrit",constant:"GERRIT",env:"GERRIT_PROJECT"},{name:"Gitea Actions",constant:"GITEA_ACTIONS",env:"GITEA_ACTIONS"},{name:"GitHub Actions",constant:"GITHUB_ACTIONS",env:"GITHUB_ACTIONS",pr:{GITHUB_EVENT_NAME:"pull_request"}},{name:"GitLab CI",constant:"GITLAB",env:"GITLAB_CI",pr:"CI_MERGE_REQUEST_ID"},{name:"GoCD",constant:"GOCD",env:"GO_PIPELINE_LABEL"},{name:"Google Cloud Build",constant:"GOOGLE_CLOUD_BUILD",env:"BUILDER_OUTPUT"},{name:"Harness CI",constant:"HARNESS",env:"HARNESS_BUILD_ID"},{name:"Heroku",constant:"HEROKU",env:{env:"NODE",includes:"/app/.heroku/node/bin/node"}},{name:"Hudson",constant:"HUDSON",env:"HUDSON_URL"},{name:"Jenkins",constant:"JENKINS",env:["JENKINS_URL","BUILD_ID"],pr:{any:["ghprbPullId","CHANGE_ID"]}},{name:"LayerCI",constant:"LAYERCI",env:"LAYERCI",pr:"LAYERCI_PULL_REQUEST"},{name:"Magnum CI",constant:"MAGNUM",env:"MAGNUM"},{name:"Netlify CI",constant:"NETLIFY",env:"NETLIFY",pr:{env:"PULL_REQUEST",ne:"false"}},{name:"Nevercode",constant:"NEVERCODE",env:"NEVERCODE",pr:{env:"NEVERCODE_PULL_REQUEST",ne:"false"}},{name:"Prow",constant:"PROW",env:"PROW_JOB_ID"},{name:"ReleaseHub",constant:"RELEASEHUB",env:"RELEASE_BUILD_ID"},{name:"Render",constant:"RENDER",env:"RENDER",pr:{IS_PULL_REQUEST:"true"}},{name:"RWX",constant:"RWX",env:"RWX"},{name:"Sail CI",constant:"SAIL",env:"SAILCI",pr:"SAIL_PULL_REQUEST_NUMBER"},{name:"Screwdriver",constant:"SCREWDRIVER",env:"SCREWDRIVER",pr:{env:"SD_PULL_REQUEST",ne:"false"}},{name:"Semaphore",constant:"SEMAPHORE",env:"SEMAPHORE",pr:"PULL_REQUEST_NUMBER"},{name:"Sourcehut",constant:"SOURCEHUT",env:{CI_NAME:"sourcehut"}},{name:"Strider CD",constant:"STRIDER",env:"STRIDER"},{name:"TaskCluster",constant:"TASKCLUSTER",env:["TASK_ID","RUN_ID"]},{name:"TeamCity",constant:"TEAMCITY",env:"TEAMCITY_VERSION"},{name:"Travis CI",constant:"TRAVIS",env:"TRAVIS",pr:{env:"TRAVIS_PULL_REQUEST",ne:"false"}},{name:"Vela",constant:"VELA",env:"VELA",pr:{VELA_PULL_REQUEST:"1"}},{name:"Vercel",constant:"VERCEL",env:{any:["NOW_BUILDER","VERCEL"]},pr:"VERCEL_GIT_PULL_REQUEST_ID"},{name:"Visual Studio App Center",constant:"APPCENTER",env:"APPCENTER_BUILD_ID"},{name:"Woodpecker",constant:"WOODPECKER",env:{CI:"woodpecker"},pr:{CI_BUILD_EVENT:"pull_request"}},{name:"Xcode Cloud",constant:"XCODE_CLOUD",env:"CI_XCODE_PROJECT",pr:"CI_PULL_REQUEST_NUMBER"},{name:"Xcode Server",constant:"XCODE_SERVER",env:"XCS"}]});var dt=T(C=>{"use strict";var ct=lt(),I=process.env;Object.defineProperty(C,"_vendors",{value:ct.map(function(t){return t.constant})});C.name=null;C.isPR=null;C.id=null;I.CI!=="false"&&ct.forEach(function(t){let n=(Array.isArray(t.env)?t.env:[t.env]).every(function(s){return pt(s)});C[t.constant]=n,n&&(C.name=t.name,C.isPR=xn(t),C.id=t.constant)});C.isCI=!!(I.CI!=="false"&&(I.BUILD_ID||I.BUILD_NUMBER||I.CI||I.CI_APP_ID||I.CI_BUILD_ID||I.CI_BUILD_NUMBER||I.CI_NAME||I.CONTINUOUS_INTEGRATION||I.RUN_ID||C.name));function pt(t){return typeof t=="string"?!!I[t]:"env"in t?I[t.env]&&I[t.env].includes(t.includes):"any"in t?t.any.some(function(e){return!!I[e]}):Object.keys(t).every(function(e){return I[e]===t[e]})}function xn(t){switch(typeof t.pr){case"string":return!!I[t.pr];case"object":return"env"in t.pr?"any"in t.pr?t.pr.any.some(function(e){return I[t.pr.env]===e}):t.pr.env in I&&I[t.pr.env]!==t.pr.ne:"any"in t.pr?t.pr.any.some(function(e){return!!I[e]}):pt(t.pr);default:return null}}});var ht=T((fi,ft)=>{var i=rt(),Dn=at(),fe=dt(),On=require("node:querystring"),{join:he}=require("node:path"),X=process.platform==="win32",{readFileSync:Cn}=require("node:fs"),_n=t=>{try{return Cn(t,"utf8")}catch(e){if(e.code!=="ENOENT")throw e;return null}},Pn=t=>{let e=t.include||[],n=t.omit||[],s=t.only;return/^prod(uction)?$/.test(s)||t.production?n.push("dev"):t.production===!1&&e.push("dev"),/^dev/.test(t.also)&&e.push("dev"),t.dev&&e.push("dev"),t.optional===!1?n.push("optional"):t.optional===!0&&e.push("optional"),t.omit=[...new Set(n)].filter(r=>!e.includes(r)),t.include=[...new Set(e)],t.omit.includes("dev")&&(process.env.NODE_ENV="production"),t.omit},Un=process.env.EDITOR||process.env.VISUAL||(X?`${process.env.SYSTEMROOT}\\notepad.exe`:"vi"),Bn=X?process.env.ComSpec||"cmd":process.env.SHELL||"sh",{networkInterfaces:$n}=require("node:os"),jn=()=>{try{return Object.values($n()).map(t=>t.map(({address:e})=>e)).reduce((t,e)=>t.concat(e),[null])}catch{return[null]}},Gn=/UTF-?8$/i.test(process.env.LC_ALL||process.env.LC_CTYPE||process.env.LANG),Mn=X&&process.env.LOCALAPPDATA||"~",Fn=X?"npm-cache":".npm",Xn=`${Mn}/${Fn}`,{semver:{type:ut},Umask:{type:Wn},url:{type:F},path:{type:B}}=de(),o=(t,e,n)=>{let s=t.replace(/-([a-z])/g,(r,a)=>a.toUpperCase());n[s]=e[t]},_={_auth:new i("_auth",{default:null,type:[null,String],description:`
    A basic-auth string to use when authenticating against the npm registry.
    This will ONLY be used to authenticate against the npm registry.  For other
    registries you will need to scope it like "//other-registry.tld/:_auth"

    Warning: This should generally not be set via a command-line option.  It
    is safer to use a registry-provided authentication bearer token stored in
    the ~/.npmrc file by running \`npm login\`.
  `,flatten:o}),access:new i("access",{default:null,defaultDescription:`
    'public' for new packages, existing packages it will not change the current level
  `,type:[null,"restricted","public","private"],description:"\n    If you do not want your scoped package to be publicly viewable (and\n    installable) set `--access=restricted`.\n\n    Unscoped packages cannot be set to `restricted`.\n\n    Note: This defaults to not changing the current access level for existing\n    packages.  Specifying a value of `restricted` or `public` during\n    publish will change the access for an existing package the same way that\n    `npm access set status` would.\n\n    The value `private` is an alias for `restricted`.\n  ",flatten(t,e,n){let s=e[t];n.access=s==="private"?"restricted":s}}),all:new i("all",{default:!1,type:Boolean,short:"a",description:"\n    Show or act on all packages, not just the ones your project directly\n    depends on. For `npm outdated` and `npm ls` this lists every outdated\n    or installed package. For `npm approve-scripts` and `npm deny-scripts`\n    it selects every package with pending install scripts.\n  ",flatten:o}),"allow-same-version":new i("allow-same-version",{default:!1,type:Boolean,description:`
    Prevents throwing an error when \`npm version\` is used to set the new
    version to the same value as the current version.
  `,flatten:o}),"allow-directory":new i("allow-directory",{default:"all",type:["all","none","root"],description:`
      Limits the ability for npm to install dependencies from directories.
      That is, dependencies that point to a directory instead of a version or semver range.
      Please note that this could leave your tree incomplete and some packages may not function as intended or designed.
      Changing this setting will not remove dependencies that are already installed.

      \`all\` allows any directories to be installed.
      \`none\` prevents any directories from being installed.
      \`root\` only allows directories defined in your project's package.json to be installed.  Also allows directory dependencies to be used for other commands like \`npm view\`
  `,flatten:o}),"allow-file":new i("allow-file",{default:"all",type:["all","none","root"],description:`
      Limits the ability for npm to install dependencies from tarball files.
      That is, dependencies that point to a local tarball file instead of a version or semver range.
      Please note that this could leave your tree incomplete and some packages may not function as intended or designed.
      Changing this setting will not remove dependencies that are already installed.

      \`all\` allows any tarball file to be installed.
      \`none\` prevents any tarball file from being installed.
      \`root\` only allows tarball files defined in your project's package.json to be installed.  Also allows tarball file dependencies to be used for other commands like \`npm view\`
  `,flatten:o}),"allow-git":new i("allow-git",{default:"all",type:["all","none","root"],description:`
      Limits the ability for npm to fetch dependencies from git references.
      That is, dependencies that point to a git repo instead of a version or semver range.
      Please note that this could leave your tree incomplete and some packages may not function as intended or designed.
      Changing this setting will not remove dependencies that are already installed.

      \`all\` allows any git dependencies to be fetched and installed.
      \`none\` prevents any git dependencies from being fetched and installed.
      \`root\` only allows git dependencies defined in your project's package.json to be fetched and installed.  Also allows git dependencies to be fetched for other commands like \`npm view\`
  `,flatten:o}),"allow-remote":new i("allow-remote",{default:"all",type:["all","none","root"],description:`
      Limits the ability for npm to fetch dependencies from urls.
      That is, dependencies that point to a tarball url instead of a version or semver range.
      Please note that this could leave your tree incomplete and some packages may not function as intended or designed.
      Changing this setting will not remove dependencies that are already installed.

      \`all\` allows any url to be installed.
      \`none\` prevents any url from being installed.
      \`root\` only allows urls defined in your project's package.json to be installed.  Also allows url dependencies to be used for other commands like \`npm view\`
  `,flatten:o}),"allow-scripts":new i("allow-scripts",{default:"",type:[String,Array],hint:"<package-list>",envExport:!1,description:"\n      Comma-separated list of packages whose install-time lifecycle scripts\n      (`preinstall`, `install`, `postinstall`, and `prepare` for\n      non-registry dependencies) are allowed to run.\n\n      This setting is intended for one-off and global contexts: `npm exec`,\n      `npx`, and `npm install -g`, where no project `package.json` is\n      involved. For team-wide policy in a project, use the `allowScripts`\n      field in `package.json` (which also supports explicit denials), or\n      configure it in `.npmrc`. Passing `--allow-scripts` on the command\n      line during a project-scoped `npm install`, `ci`, `update`, or\n      `rebuild` is an error.\n\n      Each name is matched against a dependency's resolved identity, not\n      against the package's self-reported name. `--ignore-scripts` and\n      `--dangerously-allow-all-scripts` both override this setting.\n  ",flatten(t,e,n){n.allowScripts=Dn(e[t])}}),also:new i("also",{default:null,type:[null,"dev","development"],description:"\n      When set to `dev` or `development`, this is an alias for\n      `--include=dev`.\n    ",deprecated:"Please use --include=dev instead.",flatten(t,e,n){_.omit.flatten("omit",e,n)}}),audit:new i("audit",{default:!0,type:Boolean,description:`
      When "true" submit audit reports alongside the current npm command to the
      default registry and all registries configured for scopes.  See the
      documentation for [\`npm audit\`](/commands/npm-audit) for details on what
      is submitted.
    `,flatten:o}),"audit-level":new i("audit-level",{default:null,type:[null,"info","low","moderate","high","critical","none"],description:`
    The minimum level of vulnerability for \`npm audit\` to exit with
    a non-zero exit code.
    `,flatten:o}),"auth-type":new i("auth-type",{default:"web",type:["legacy","web"],description:"\n      What authentication strategy to use with `login`.\n      Note that if an `otp` config is given, this value will always be set to `legacy`.\n    ",flatten:o}),before:new i("before",{default:null,hint:"<date>",type:[null,Date],description:"\n      If passed to `npm install`, will rebuild the npm tree such that only\n      versions that were available **on or before** the given date are\n      installed.  If there are no versions available for the current set of\n      dependencies, the command will error.\n\n      If the requested version is a `dist-tag` and the given tag does not\n      pass the `--before` filter, the most recent version less than or equal\n      to that tag will be used. For example, `foo@latest` might install\n      `foo@1.2` even though `latest` is `2.0`.\n\n      If `before` and `min-release-age` are both set in the same source,\n      `before` wins (an explicit absolute date overrides a relative window).\n      Across sources, the standard precedence applies (cli > env > project >\n      user > global), so a higher-priority source can always relax or\n      override a lower-priority one.\n\n      As with `min-release-age`, when this cutoff blocks a fix that\n      `npm audit fix` would install, npm keeps the vulnerable version, warns,\n      and exits with a non-zero code.\n\n      Packages whose names match `min-release-age-exclude` are exempt from\n      this filter.\n    ",flatten:o}),"bin-links":new i("bin-links",{default:!0,type:Boolean,description:`
      Tells npm to create symlinks (or \`.cmd\` shims on Windows) for package
      executables.

      Set to false to have it not do this.  This can be used to work around the
      fact that some file systems don't support symlinks, even on ostensibly
      Unix systems.
    `,flatten:o}),browser:new i("browser",{default:null,defaultDescription:'\n    macOS: `"open"`, Windows: `"start"`, Others: `"xdg-open"`\n    ',type:[null,Boolean,String],description:`
    The browser that is called by npm commands to open websites.

    Set to \`false\` to suppress browser behavior and instead print urls to
    terminal.

    Set to \`true\` to use default system URL opener.
    `,flatten:o}),"bypass-2fa":new i("bypass-2fa",{default:!1,type:Boolean,description:`
      When creating a Granular Access Token with \`npm token create\`,
      setting this to true will allow the token to bypass two-factor
      authentication. This is useful for automation and CI/CD workflows.
    `,flatten:o}),ca:new i("ca",{default:null,type:[null,String,Array],description:`
    The Certificate Authority signing certificate that is trusted for SSL
    connections to the registry. Values should be in PEM format (Windows
      calls it "Base-64 encoded X.509 (.CER)") with newlines replaced by the
    string "\\n". For example:

    \`\`\`ini
    ca="-----BEGIN CERTIFICATE-----\\nXXXX\\nXXXX\\n-----END CERTIFICATE-----"
    \`\`\`

    Set to \`null\` to only allow "known" registrars, or to a specific CA
    cert to trust only that specific signing authority.

    Multiple CAs can be trusted by specifying an array of certificates:

    \`\`\`ini
    ca[]="..."
    ca[]="..."
    \`\`\`

    See also the \`strict-ssl\` config.
  `,flatten:o}),cache:new i("cache",{default:Xn,defaultDescription:"\n      Windows: `%LocalAppData%\\npm-cache`, Posix: `~/.npm`\n    ",type:B,description:`
      The location of npm's cache directory.
    `,flatten(t,e,n){n.cache=he(e.cache,"_cacache"),n.npxCache=he(e.cache,"_npx"),n.tufCache=he(e.cache,"_tuf")}}),"cache-max":new i("cache-max",{default:1/0,type:Number,description:"\n      `--cache-max=0` is an alias for `--prefer-online`\n    ",deprecated:"\n      This option has been deprecated in favor of `--prefer-online`\n    ",flatten(t,e,n){e[t]<=0&&(n.preferOnline=!0)}}),"cache-min":new i("cache-min",{default:0,type:Number,description:"\n      `--cache-min=9999 (or bigger)` is an alias for `--prefer-offline`.\n    ",deprecated:"\n      This option has been deprecated in favor of `--prefer-offline`.\n    ",flatten(t,e,n){e[t]>=9999&&(n.preferOffline=!0)}}),cafile:new i("cafile",{default:null,type:B,description:`
      A path to a file containing one or multiple Certificate Authority signing
      certificates. Similar to the \`ca\` setting, but allows for multiple
      CA's, as well as for the CA information to be stored in a file on disk.
    `,flatten(t,e,n){if(!e.cafile)return;let s=_n(e.cafile);if(!s)return;let r="-----END CERTIFICATE-----";n.ca=s.replace(/\r\n/g,`
`).split(r).filter(a=>a.trim()).map(a=>a.trimLeft()+r)}}),call:new i("call",{default:"",type:String,short:"c",description:'\n      Optional companion option for `npm exec`, `npx` that allows for\n      specifying a custom command to be run along with the installed packages.\n\n      ```bash\n      npm exec --package yo --package generator-node --call "yo node"\n      ```\n    ',flatten:o}),cert:new i("cert",{default:null,type:[null,String],description:`
      A client certificate to pass when accessing the registry.  Values should
      be in PEM format (Windows calls it "Base-64 encoded X.509 (.CER)") with
      newlines replaced by the string "\\n". For example:

      \`\`\`ini
      cert="-----BEGIN CERTIFICATE-----\\nXXXX\\nXXXX\\n-----END CERTIFICATE-----"
      \`\`\`

      It is _not_ the path to a certificate file, though you can set a registry-scoped
      "certfile" path like "//other-registry.tld/:certfile=/path/to/cert.pem".
    `,deprecated:"\n      `key` and `cert` are no longer used for most registry operations.\n      Use registry scoped `keyfile` and `certfile` instead.\n      Example:\n      //other-registry.tld/:keyfile=/path/to/key.pem\n      //other-registry.tld/:certfile=/path/to/cert.crt\n    ",flatten:o}),cidr:new i("cidr",{default:null,type:[null,String,Array],description:`
      This is a list of CIDR address to be used when configuring limited access
      tokens with the \`npm token create\` command.
    `,flatten:o}),color:new i("color",{default:!process.env.NO_COLOR||process.env.NO_COLOR==="0",usage:"--color|--no-color|--color always",defaultDescription:`
      true unless the NO_COLOR environ is set to something other than '0'
    `,type:["always",Boolean],description:`
      If false, never shows colors.  If \`"always"\` then always shows colors.
      If true, then only prints color codes for tty file descriptors.
    `,flatten(t,e,n){n.color=e.color?e.color==="always"?!0:!!process.stdout.isTTY:!1,n.logColor=e.color?e.color==="always"?!0:!!process.stderr.isTTY:!1}}),"commit-hooks":new i("commit-hooks",{default:!0,type:Boolean,description:"\n      Run git commit hooks when using the `npm version` command.\n    ",flatten:o}),cpu:new i("cpu",{default:null,type:[null,String],description:"\n      Override CPU architecture of native modules to install.\n      Acceptable values are same as `cpu` field of package.json,\n      which comes from `process.arch`.\n    ",flatten:o}),"dangerously-allow-all-scripts":new i("dangerously-allow-all-scripts",{default:!1,type:Boolean,description:"\n      If `true`, bypass the `allowScripts` policy entirely and run every\n      dependency install script regardless of whether it was approved or\n      denied. Intended as a migration escape hatch only; its use is strongly\n      discouraged. `--ignore-scripts` still takes precedence over this\n      setting.\n    ",flatten:o}),depth:new i("depth",{default:null,defaultDescription:"\n      `Infinity` if `--all` is set; otherwise, `0`\n    ",type:[null,Number],description:"\n      The depth to go when recursing packages for `npm ls`.\n\n      If not set, `npm ls` will show only the immediate dependencies of the\n      root project.  If `--all` is set, then npm will show all dependencies\n      by default.\n    ",flatten:o}),description:new i("description",{default:!0,type:Boolean,usage:"--no-description",description:"\n      Show the description in `npm search`\n    ",flatten(t,e,n){n.search=n.search||{limit:20},n.search[t]=e[t]}}),dev:new i("dev",{default:!1,type:Boolean,description:"\n      Alias for `--include=dev`.\n    ",deprecated:"Please use --include=dev instead.",flatten(t,e,n){_.omit.flatten("omit",e,n)}}),diff:new i("diff",{default:[],hint:"<package-spec>",type:[String,Array],description:"\n      Define arguments to compare in `npm diff`.\n    ",flatten:o}),"diff-ignore-all-space":new i("diff-ignore-all-space",{default:!1,type:Boolean,description:"\n      Ignore whitespace when comparing lines in `npm diff`.\n    ",flatten:o}),"diff-name-only":new i("diff-name-only",{default:!1,type:Boolean,description:"\n      Prints only filenames when using `npm diff`.\n    ",flatten:o}),"diff-no-prefix":new i("diff-no-prefix",{default:!1,type:Boolean,description:"\n      Do not show any source or destination prefix in `npm diff` output.\n\n      Note: this causes `npm diff` to ignore the `--diff-src-prefix` and\n      `--diff-dst-prefix` configs.\n    ",flatten:o}),"diff-dst-prefix":new i("diff-dst-prefix",{default:"b/",hint:"<path>",type:String,description:"\n      Destination prefix to be used in `npm diff` output.\n    ",flatten:o}),"diff-src-prefix":new i("diff-src-prefix",{default:"a/",hint:"<path>",type:String,description:"\n      Source prefix to be used in `npm diff` output.\n    ",flatten:o}),"diff-text":new i("diff-text",{default:!1,type:Boolean,description:"\n      Treat all files as text in `npm diff`.\n    ",flatten:o}),"diff-unified":new i("diff-unified",{default:3,type:Number,description:"\n      The number of lines of context to print in `npm diff`.\n    ",flatten:o}),"dry-run":new i("dry-run",{default:!1,type:Boolean,description:"\n      Indicates that you don't want npm to make any changes and that it should\n      only report what it would have done.  This can be passed into any of the\n      commands that modify your local installation, eg, `install`,\n      `update`, `dedupe`, `uninstall`, as well as `pack` and\n      `publish`.\n\n      Note: This is NOT honored by other network related commands, eg\n      `dist-tags`, `owner`, etc.\n    ",flatten:o}),editor:new i("editor",{default:Un,defaultDescription:`
      The EDITOR or VISUAL environment variables, or '%SYSTEMROOT%\\notepad.exe' on Windows,
      or 'vi' on Unix systems
    `,type:String,description:"\n      The command to run for `npm edit` and `npm config edit`.\n    ",flatten:o}),"engine-strict":new i("engine-strict",{default:!1,type:Boolean,description:`
      If set to true, then npm will stubbornly refuse to install (or even
      consider installing) any package that claims to not be compatible with
      the current Node.js version.

      This can be overridden by setting the \`--force\` flag.
    `,flatten:o}),"expect-result-count":new i("expect-result-count",{default:null,type:[null,Number],hint:"<count>",exclusive:["expect-results"],description:`
      Tells to expect a specific number of results from the command.
    `}),"expect-results":new i("expect-results",{default:null,type:[null,Boolean],exclusive:["expect-result-count"],description:`
      Tells npm whether or not to expect results from the command.
      Can be either true (expect some results) or false (expect no results).
    `}),expires:new i("expires",{default:null,type:[null,Number],description:`
      When creating a Granular Access Token with \`npm token create\`,
      this sets the expiration in days. If not specified, the server
      will determine the default expiration.
    `,flatten:o}),"fetch-retries":new i("fetch-retries",{default:2,type:Number,description:`
      The "retries" config for the \`retry\` module to use when fetching
      packages from the registry.

      npm will retry idempotent read requests to the registry in the case
      of network failures or 5xx HTTP errors.
    `,flatten(t,e,n){n.retry=n.retry||{},n.retry.retries=e[t]}}),"fetch-retry-factor":new i("fetch-retry-factor",{default:10,type:Number,description:`
      The "factor" config for the \`retry\` module to use when fetching
      packages.
    `,flatten(t,e,n){n.retry=n.retry||{},n.retry.factor=e[t]}}),"fetch-retry-maxtimeout":new i("fetch-retry-maxtimeout",{default:6e4,defaultDescription:"60000 (1 minute)",type:Number,description:`
      The "maxTimeout" config for the \`retry\` module to use when fetching
      packages.
    `,flatten(t,e,n){n.retry=n.retry||{},n.retry.maxTimeout=e[t]}}),"fetch-retry-mintimeout":new i("fetch-retry-mintimeout",{default:1e4,defaultDescription:"10000 (10 seconds)",type:Number,description:`
      The "minTimeout" config for the \`retry\` module to use when fetching
      packages.
    `,flatten(t,e,n){n.retry=n.retry||{},n.retry.minTimeout=e[t]}}),"fetch-timeout":new i("fetch-timeout",{default:300*1e3,defaultDescription:`${300*1e3} (5 minutes)`,type:Number,description:`
      The maximum amount of time to wait for HTTP requests to complete.
    `,flatten(t,e,n){n.timeout=e[t]}}),force:new i("force",{default:!1,type:Boolean,short:"f",description:`
      Removes various protections against unfortunate side effects, common
      mistakes, unnecessary performance degradation, and malicious input.

      * Allow clobbering non-npm files in global installs.
      * Allow the \`npm version\` command to work on an unclean git repository.
      * Allow deleting the cache folder with \`npm cache clean\`.
      * Allow installing packages that have an \`engines\` declaration
        requiring a different version of npm.
      * Allow installing packages that have an \`engines\` declaration
        requiring a different version of \`node\`, even if \`--engine-strict\`
        is enabled.
      * Allow \`npm audit fix\` to install modules outside your stated
        dependency range (including SemVer-major changes).
      * Allow unpublishing all versions of a published package.
      * Allow conflicting peerDependencies to be installed in the root project.
      * Implicitly set \`--yes\` during \`npm init\`.
      * Allow clobbering existing values in \`npm pkg\`
      * Allow unpublishing of entire packages (not just a single version).

      If you don't have a clear idea of what you want to do, it is strongly
      recommended that you do not use this option!
    `,flatten:o}),"foreground-scripts":new i("foreground-scripts",{default:!1,defaultDescription:"`false` unless when using `npm pack` or `npm publish` where it\n    defaults to `true`",type:Boolean,description:`
      Run all build scripts (ie, \`preinstall\`, \`install\`, and
      \`postinstall\`) scripts for installed packages in the foreground
      process, sharing standard input, output, and error with the main npm
      process.

      Note that this will generally make installs run slower, and be much
      noisier, but can be useful for debugging.
    `,flatten:o}),"format-package-lock":new i("format-package-lock",{default:!0,type:Boolean,description:"\n      Format `package-lock.json` or `npm-shrinkwrap.json` as a human\n      readable file.\n    ",flatten:o}),fund:new i("fund",{default:!0,type:Boolean,description:'\n      When "true" displays the message at the end of each `npm install`\n      acknowledging the number of dependencies looking for funding.\n      See [`npm fund`](/commands/npm-fund) for details.\n    ',flatten:o}),git:new i("git",{default:"git",type:String,description:`
      The command to use for git commands.  If git is installed on the
      computer, but is not in the \`PATH\`, then set this to the full path to
      the git binary.
    `,flatten:o}),"git-tag-version":new i("git-tag-version",{default:!0,type:Boolean,description:`
      Tag the commit when using the \`npm version\` command.  Setting this to
      false results in no commit being made at all.
    `,flatten:o}),global:new i("global",{default:!1,type:Boolean,short:"g",description:`
      Operates in "global" mode, so that packages are installed into the
      \`prefix\` folder instead of the current working directory.  See
      [folders](/configuring-npm/folders) for more on the differences in
      behavior.

      * packages are installed into the \`{prefix}/lib/node_modules\` folder,
        instead of the current working directory.
      * bin files are linked to \`{prefix}/bin\`
      * man pages are linked to \`{prefix}/share/man\`
    `,flatten:(t,e,n)=>{o(t,e,n),n.global&&(n.location="global")}}),globalconfig:new i("globalconfig",{type:B,default:"",defaultDescription:`
      The global --prefix setting plus 'etc/npmrc'. For example,
      '/usr/local/etc/npmrc'
    `,description:`
      The config file to read for global config options.
    `,flatten:o}),"global-style":new i("global-style",{default:!1,type:Boolean,description:"\n      Only install direct dependencies in the top level `node_modules`,\n      but hoist on deeper dependencies.\n      Sets `--install-strategy=shallow`.\n    ",deprecated:"\n      This option has been deprecated in favor of `--install-strategy=shallow`\n    ",flatten(t,e,n){e[t]&&(e["install-strategy"]="shallow",n.installStrategy="shallow")}}),heading:new i("heading",{default:"npm",type:String,description:`
      The string that starts all the debugging log output.
    `,flatten:o}),"https-proxy":new i("https-proxy",{default:null,type:[null,F],description:"\n      A proxy to use for outgoing https requests. If the `HTTPS_PROXY` or\n      `https_proxy` or `HTTP_PROXY` or `http_proxy` environment variables\n      are set, proxy settings will be honored by the underlying\n      `make-fetch-happen` library.\n    ",flatten:o}),"if-present":new i("if-present",{default:!1,type:Boolean,envExport:!1,description:`
      If true, npm will not exit with an error code when \`run\` is
      invoked for a script that isn't defined in the \`scripts\` section of
      \`package.json\`. This option can be used when it's desirable to
      optionally run a script when it's present and fail if the script fails.
      This is useful, for example, when running scripts that may only apply for
      some builds in an otherwise generic CI setup.
    `,flatten:o}),"ignore-scripts":new i("ignore-scripts",{default:!1,type:Boolean,description:"\n      If true, npm does not run scripts specified in package.json files.\n\n      Note that commands explicitly intended to run a particular script, such\n      as `npm start`, `npm stop`, `npm restart`, `npm test`, and `npm\n      run` will still run their intended script if `ignore-scripts` is\n      set, but they will *not* run any pre- or post-scripts.\n    ",flatten:o}),include:new i("include",{default:[],type:[Array,"prod","dev","optional","peer"],description:`
      Option that allows for defining which types of dependencies to install.

      This is the inverse of \`--omit=<type>\`.

      Dependency types specified in \`--include\` will not be omitted,
      regardless of the order in which omit/include are specified on the
      command-line.
    `,flatten(t,e,n){_.omit.flatten("omit",e,n)}}),"include-staged":new i("include-staged",{default:!1,type:Boolean,description:`
      Allow installing "staged" published packages, as defined by [npm RFC PR
      #92](https://github.com/npm/rfcs/pull/92).

      This is experimental, and not implemented by the npm public registry.
    `,flatten:o}),"include-workspace-root":new i("include-workspace-root",{default:!1,type:Boolean,envExport:!1,description:`
      Include the workspace root when workspaces are enabled for a command.

      When false, specifying individual workspaces via the \`workspace\` config,
      or all workspaces via the \`workspaces\` flag, will cause npm to operate only
      on the specified workspaces, and not on the root project.
    `,flatten:o}),"include-attestations":new i("include-attestations",{default:!1,type:Boolean,description:`
      When used with \`npm audit signatures --json\`, includes the full
      sigstore attestation bundles in the JSON output for each verified
      package. The bundles contain DSSE envelopes, verification material,
      and transparency log entries.
    `,flatten:o}),"init-author-email":new i("init-author-email",{default:"",hint:"<email>",type:String,description:`
      The value \`npm init\` should use by default for the package author's
      email.
    `}),"init-author-name":new i("init-author-name",{default:"",hint:"<name>",type:String,description:"\n      The value `npm init` should use by default for the package author's name.\n    "}),"init-author-url":new i("init-author-url",{default:"",type:["",F],hint:"<url>",description:"\n      The value `npm init` should use by default for the package author's homepage.\n    "}),"init-license":new i("init-license",{default:"ISC",hint:"<license>",type:String,description:"\n      The value `npm init` should use by default for the package license.\n    "}),"init-module":new i("init-module",{default:"~/.npm-init.js",type:B,hint:"<module>",description:`
      A module that will be loaded by the \`npm init\` command.  See the
      documentation for the
      [init-package-json](https://github.com/npm/init-package-json) module for
      more information, or [npm init](/commands/npm-init).
    `}),"init-type":new i("init-type",{default:"commonjs",type:String,hint:"<type>",description:"\n      The value that `npm init` should use by default for the package.json type field.\n    "}),"init-version":new i("init-version",{default:"1.0.0",type:ut,hint:"<version>",description:`
      The value that \`npm init\` should use by default for the package
      version number, if not already set in package.json.
    `}),"init-private":new i("init-private",{default:!1,type:Boolean,description:"\n      The value `npm init` should use by default for the package's private flag.\n    ",flatten:o}),"init.author.email":new i("init.author.email",{default:"",type:String,deprecated:"\n      Use `--init-author-email` instead.",description:"\n      Alias for `--init-author-email`\n    "}),"init.author.name":new i("init.author.name",{default:"",type:String,deprecated:"\n      Use `--init-author-name` instead.\n    ",description:"\n      Alias for `--init-author-name`\n    "}),"init.author.url":new i("init.author.url",{default:"",type:["",F],deprecated:"\n      Use `--init-author-url` instead.\n    ",description:"\n      Alias for `--init-author-url`\n    "}),"init.license":new i("init.license",{default:"ISC",type:String,deprecated:"\n      Use `--init-license` instead.\n    ",description:"\n      Alias for `--init-license`\n    "}),"init.module":new i("init.module",{default:"~/.npm-init.js",type:B,deprecated:"\n      Use `--init-module` instead.\n    ",description:"\n      Alias for `--init-module`\n    "}),"init.version":new i("init.version",{default:"1.0.0",type:ut,deprecated:"\n      Use `--init-version` instead.\n    ",description:"\n      Alias for `--init-version`\n    "}),"install-links":new i("install-links",{default:!1,type:Boolean,description:`
      When set file: protocol dependencies will be packed and installed as
      regular dependencies instead of creating a symlink. This option has
      no effect on workspaces.
    `,flatten:o}),"install-strategy":new i("install-strategy",{default:"hoisted",type:["hoisted","nested","shallow","linked"],description:`
      Sets the strategy for installing packages in node_modules.
      hoisted (default): Install non-duplicated in top-level, and duplicated as
        necessary within directory structure.
      nested: (formerly --legacy-bundling) install in place, no hoisting.
      shallow (formerly --global-style) only install direct deps at top-level.
      linked: install in node_modules/.store, link in place, unhoisted.

      We recommend that package authors use \`--install-strategy=linked\`
      during development to catch undeclared ("phantom") dependencies before
      publishing: the isolated layout only exposes a package's declared
      dependencies, so an \`import\` of a package that was never added to
      \`package.json\` can fail instead of resolving by accident and shipping
      broken. See [Catching undeclared ("phantom")
      dependencies](/using-npm/developers#catching-undeclared-phantom-dependencies).
    `,flatten:o}),json:new i("json",{default:!1,type:Boolean,description:`
      Whether or not to output JSON data, rather than the normal output.

      * In \`npm pkg set\` it enables parsing set values with JSON.parse()
      before saving them to your \`package.json\`.

      Not supported by all npm commands.
    `,flatten:o}),key:new i("key",{default:null,type:[null,String],description:`
      A client key to pass when accessing the registry.  Values should be in
      PEM format with newlines replaced by the string "\\n". For example:

      \`\`\`ini
      key="-----BEGIN PRIVATE KEY-----\\nXXXX\\nXXXX\\n-----END PRIVATE KEY-----"
      \`\`\`

      It is _not_ the path to a key file, though you can set a registry-scoped
      "keyfile" path like "//other-registry.tld/:keyfile=/path/to/key.pem".
    `,deprecated:"\n      `key` and `cert` are no longer used for most registry operations.\n      Use registry scoped `keyfile` and `certfile` instead.\n      Example:\n      //other-registry.tld/:keyfile=/path/to/key.pem\n      //other-registry.tld/:certfile=/path/to/cert.crt\n    ",flatten:o}),"legacy-bundling":new i("legacy-bundling",{default:!1,type:Boolean,description:`
      Instead of hoisting package installs in \`node_modules\`, install packages
      in the same manner that they are depended on. This may cause very deep
      directory structures and duplicate package installs as there is no
      de-duplicating.
      Sets \`--install-strategy=nested\`.
    `,deprecated:"\n      This option has been deprecated in favor of `--install-strategy=nested`\n    ",flatten(t,e,n){e[t]&&(e["install-strategy"]="nested",n.installStrategy="nested")}}),"legacy-peer-deps":new i("legacy-peer-deps",{default:!1,type:Boolean,description:"\n      Causes npm to completely ignore `peerDependencies` when building a\n      package tree, as in npm versions 3 through 6.\n\n      If a package cannot be installed because of overly strict\n      `peerDependencies` that collide, it provides a way to move forward\n      resolving the situation.\n\n      This differs from `--omit=peer`, in that `--omit=peer` will avoid\n      unpacking `peerDependencies` on disk, but will still design a tree such\n      that `peerDependencies` _could_ be unpacked in a correct place.\n\n      Use of `legacy-peer-deps` is not recommended, as it will not enforce\n      the `peerDependencies` contract that meta-dependencies may rely on.\n    ",flatten:o}),libc:new i("libc",{default:null,type:[null,String],description:`
      Override libc of native modules to install.
      Acceptable values are same as \`libc\` field of package.json
    `,flatten:o}),link:new i("link",{default:!1,type:Boolean,description:`
      Used with \`npm ls\`, limiting output to only those packages that are
      linked.
    `}),"local-address":new i("local-address",{default:null,type:jn(),typeDescription:"IP Address",description:`
      The IP address of the local interface to use when making connections to
      the npm registry.  Must be IPv4 in versions of Node prior to 0.12.
    `,flatten:o}),location:new i("location",{default:"user",short:"L",type:["global","user","project"],defaultDescription:'\n      "user" unless `--global` is passed, which will also set this value to "global"\n    ',description:`
      When passed to \`npm config\` this refers to which config file to use.

      When set to "global" mode, packages are installed into the \`prefix\` folder
      instead of the current working directory. See
      [folders](/configuring-npm/folders) for more on the differences in behavior.

      * packages are installed into the \`{prefix}/lib/node_modules\` folder,
        instead of the current working directory.
      * bin files are linked to \`{prefix}/bin\`
      * man pages are linked to \`{prefix}/share/man\`
    `,flatten:(t,e,n)=>{o(t,e,n),n.global&&(n.location="global"),e.location==="global"&&(n.global=!0)}}),"lockfile-version":new i("lockfile-version",{default:null,type:[null,1,2,3,"1","2","3"],defaultDescription:`
      Version 3 if no lockfile, auto-converting v1 lockfiles to v3; otherwise,
      maintain current lockfile version.`,description:`
      Set the lockfile format version to be used in package-lock.json and
      npm-shrinkwrap-json files.  Possible options are:

      1: The lockfile version used by npm versions 5 and 6.  Lacks some data that
      is used during the install, resulting in slower and possibly less
      deterministic installs.  Prevents lockfile churn when interoperating with
      older npm versions.

      2: The default lockfile version used by npm version 7 and 8.  Includes both
      the version 1 lockfile data and version 3 lockfile data, for maximum
      determinism and interoperability, at the expense of more bytes on disk.

      3: Only the new lockfile information introduced in npm version 7.  Smaller
      on disk than lockfile version 2, but not interoperable with older npm
      versions.  Ideal if all users are on npm version 7 and higher.
    `,flatten:(t,e,n)=>{n.lockfileVersion=e[t]&&parseInt(e[t],10)}}),loglevel:new i("loglevel",{default:"notice",type:["silent","error","warn","notice","http","info","verbose","silly"],description:`
      What level of logs to report.  All logs are written to a debug log,
      with the path to that file printed if the execution of a command fails.

      Any logs of a higher level than the setting are shown. The default is
      "notice".

      See also the \`foreground-scripts\` config.
    `,flatten(t,e,n){n.silent=e[t]==="silent"}}),"logs-dir":new i("logs-dir",{default:null,type:[null,B],defaultDescription:"\n      A directory named `_logs` inside the cache\n  ",description:`
      The location of npm's log directory.  See [\`npm
      logging\`](/using-npm/logging) for more information.
    `}),"logs-max":new i("logs-max",{default:10,type:Number,description:`
      The maximum number of log files to store.

      If set to 0, no log files will be written for the current run.
    `}),long:new i("long",{default:!1,type:Boolean,short:"l",description:"\n      Show extended information in `ls`, `search`, and `help-search`.\n    "}),name:new i("name",{default:null,type:[null,String],hint:"<name>",description:`
      When creating a Granular Access Token with \`npm token create\`,
      this sets the name/description for the token.
    `,flatten:o}),maxsockets:new i("maxsockets",{default:15,type:Number,description:`
      The maximum number of connections to use per origin (protocol/host/port
      combination).
    `,flatten(t,e,n){n.maxSockets=e[t]}}),message:new i("message",{default:"%s",type:String,short:"m",description:`
      Commit message which is used by \`npm version\` when creating version commit.

      Any "%s" in the message will be replaced with the version number.
    `,flatten:o}),"min-release-age":new i("min-release-age",{default:null,hint:"<days>",type:[null,Number],envExport:!1,description:"\n       If set, npm will build the npm tree such that only versions that were\n       available more than the given number of days ago will be installed.  If\n       there are no versions available for the current set of dependencies, the\n       command will error.\n\n       This flag is a complement to `before`, which accepts an exact date\n       instead of a relative number of days. The two may coexist (e.g.\n       `min-release-age` in your `.npmrc` is preserved when npm internally\n       spawns a sub-process with `--before` while preparing a `git:` or\n       `github:` dependency); when both apply, `before` wins within a\n       single source and across sources the standard precedence rules apply.\n\n       When this window stops `npm audit fix` from installing a patched\n       version (because the fix was published too recently), npm keeps the\n       package at its vulnerable version, warns that the fix was blocked, and\n       exits with a non-zero code. To install the fix, add the package to\n       `min-release-age-exclude`, or relax `min-release-age` or `before`.\n\n       Packages whose names match `min-release-age-exclude` are exempt from\n       this filter.\n    ",flatten:(t,e,n)=>{let s=e["min-release-age"];s!=null&&!Object.hasOwn(e,"before")&&(n.before=s?new Date(Date.now()-864e5*s):null)}}),"min-release-age-exclude":new i("min-release-age-exclude",{default:[],hint:"<pkg|glob>",type:[Array,String],envExport:!1,description:`
       A list of package names or \`minimatch\` glob patterns that are exempt
       from the \`min-release-age\` (and \`before\`) filter. A matching package
       can always resolve to its newest version, even when a release-age window
       is set.

       For example, to apply a release-age window to third-party dependencies
       while letting internally maintained packages update immediately:

       \`\`\`
       min-release-age=7
       min-release-age-exclude[]=@myorg/*
       min-release-age-exclude[]=my-internal-pkg
       \`\`\`

       Only the named package is exempt; its own dependencies still follow the
       release-age policy unless they also match a pattern. Patterns match
       against the package name, so \`@myorg/*\` matches \`@myorg/shared-utils\`.

       Excluding a package does not change which registry it is fetched from. You
       should own your private scope on the public registry so that nobody else
       can publish a package with the same name.
    `,flatten:(t,e,n)=>{let s=e[t].flatMap(r=>String(r).split(",")).map(r=>r.trim()).filter(Boolean);n.minReleaseAgeExclude=[...new Set(s)]}}),"node-gyp":new i("node-gyp",{default:(()=>{try{return require.resolve("node-gyp/bin/node-gyp.js")}catch{return""}})(),defaultDescription:`
      The path to the node-gyp bin that ships with npm
    `,type:B,description:`
      This is the location of the "node-gyp" bin.  By default it uses one that ships with npm itself.

      You can use this config to specify your own "node-gyp" to run when it is required to build a package.
    `,flatten:o}),"node-options":new i("node-options",{default:null,type:[null,String],description:`
      Options to pass through to Node.js via the \`NODE_OPTIONS\` environment
      variable.  This does not impact how npm itself is executed but it does
      impact how lifecycle scripts are called.
    `}),noproxy:new i("noproxy",{default:"",defaultDescription:`
      The value of the NO_PROXY environment variable
    `,type:[String,Array],description:`
      Domain extensions that should bypass any proxies.

      Also accepts a comma-delimited string.
    `,flatten(t,e,n){Array.isArray(e[t])?n.noProxy=e[t].join(","):n.noProxy=e[t]}}),offline:new i("offline",{default:!1,type:Boolean,description:`
      Force offline mode: no network requests will be done during install. To allow
      the CLI to fill in missing cache data, see \`--prefer-offline\`.
    `,flatten:o}),omit:new i("omit",{default:process.env.NODE_ENV==="production"?["dev"]:[],defaultDescription:`
      'dev' if the \`NODE_ENV\` environment variable is set to 'production';
      otherwise, empty.
    `,type:[Array,"dev","optional","peer"],description:"\n      Dependency types to omit from the installation tree on disk.\n\n      Note that these dependencies _are_ still resolved and added to the\n      `package-lock.json` or `npm-shrinkwrap.json` file.  They are just\n      not physically installed on disk.\n\n      If a package type appears in both the `--include` and `--omit`\n      lists, then it will be included.\n\n      If the resulting omit list includes `'dev'`, then the `NODE_ENV`\n      environment variable will be set to `'production'` for all lifecycle\n      scripts.\n    ",flatten(t,e,n){n.omit=Pn(e)}}),"omit-lockfile-registry-resolved":new i("omit-lockfile-registry-resolved",{default:!1,type:Boolean,description:`
      This option causes npm to create lock files without a \`resolved\` key for
      registry dependencies. Subsequent installs will need to resolve tarball
      endpoints with the configured registry, likely resulting in a longer install
      time.
    `,flatten:o}),only:new i("only",{default:null,type:[null,"prod","production"],deprecated:"\n      Use `--omit=dev` to omit dev dependencies from the install.\n    ",description:"\n      When set to `prod` or `production`, this is an alias for\n      `--omit=dev`.\n    ",flatten(t,e,n){_.omit.flatten("omit",e,n)}}),orgs:new i("orgs",{default:null,type:[null,String,Array],description:`
      When creating a Granular Access Token with \`npm token create\`,
      this limits the token access to specific organizations.
    `,flatten:o}),optional:new i("optional",{default:null,type:[null,Boolean],deprecated:`
      Use \`--omit=optional\` to exclude optional dependencies, or
      \`--include=optional\` to include them.

      Default value does install optional deps unless otherwise omitted.
    `,description:`
      Alias for --include=optional or --omit=optional
    `,flatten(t,e,n){_.omit.flatten("omit",e,n)}}),os:new i("os",{default:null,type:[null,String],description:"\n      Override OS of native modules to install.\n      Acceptable values are same as `os` field of package.json,\n      which comes from `process.platform`.\n    ",flatten:o}),otp:new i("otp",{default:null,type:[null,String],description:`
      This is a one-time password from a two-factor authenticator.  It's needed
      when publishing or changing package permissions with \`npm access\`.

      If not set, and a registry response fails with a challenge for a one-time
      password, npm will prompt on the command line for one.
    `,flatten(t,e,n){o(t,e,n),e.otp&&(e["auth-type"]="legacy",o("auth-type",e,n))}}),package:new i("package",{default:[],hint:"<package-spec>",type:[String,Array],description:"\n      The package or packages to install for [`npm exec`](/commands/npm-exec)\n    ",flatten:o}),"package-lock":new i("package-lock",{default:!0,type:Boolean,description:"\n      If set to false, then ignore `package-lock.json` files when installing.\n      This will also prevent _writing_ `package-lock.json` if `save` is\n      true.\n    ",flatten:(t,e,n)=>{o(t,e,n),n.packageLockOnly&&(n.packageLock=!0)}}),"package-lock-only":new i("package-lock-only",{default:!1,type:Boolean,description:"\n      If set to true, the current operation will only use the `package-lock.json`,\n      ignoring `node_modules`.\n\n      For `update` this means only the `package-lock.json` will be updated,\n      instead of checking `node_modules` and downloading dependencies.\n\n      For `list` this means the output will be based on the tree described by the\n      `package-lock.json`, rather than the contents of `node_modules`.\n    ",flatten:(t,e,n)=>{o(t,e,n),n.packageLockOnly&&(n.packageLock=!0)}}),"pack-destination":new i("pack-destination",{default:".",type:String,description:"\n      Directory in which `npm pack` will save tarballs.\n    ",flatten:o}),packages:new i("packages",{default:[],type:[null,String,Array],description:`
      When creating a Granular Access Token with \`npm token create\`,
      this limits the token access to specific packages.
    `,flatten:o}),parseable:new i("parseable",{default:!1,type:Boolean,short:"p",description:`
      Output parseable results from commands that write to standard output. For
      \`npm search\`, this will be tab-separated table format.
    `,flatten:o}),"allow-scripts-pending":new i("allow-scripts-pending",{default:!1,type:Boolean,description:"\n      List packages with install scripts that are not yet covered by the\n      `allowScripts` policy, without modifying `package.json`. Only\n      meaningful for `npm approve-scripts`.\n    ",flatten:o}),"allow-scripts-pin":new i("allow-scripts-pin",{default:!0,type:Boolean,description:"\n      Write pinned (`pkg@version`) entries when approving install scripts.\n      Set to `false` to write name-only entries that allow any version.\n      Has no effect on `npm deny-scripts`, which always writes name-only\n      entries regardless of this setting.\n    ",flatten:o}),"prefer-dedupe":new i("prefer-dedupe",{default:!1,type:Boolean,description:`
      Prefer to deduplicate packages if possible, rather than
      choosing a newer version of a dependency.
    `,flatten:o}),"prefer-offline":new i("prefer-offline",{default:!1,type:Boolean,description:`
      If true, staleness checks for cached data will be bypassed, but missing
      data will be requested from the server. To force full offline mode, use
      \`--offline\`.
    `,flatten:o}),"prefer-online":new i("prefer-online",{default:!1,type:Boolean,description:`
      If true, staleness checks for cached data will be forced, making the CLI
      look for updates immediately even for fresh package data.
    `,flatten:o}),prefix:new i("prefix",{type:B,short:"C",default:"",defaultDescription:`
      In global mode, the folder where the node executable is installed.
      Otherwise, the nearest parent folder containing either a package.json
      file or a node_modules folder.
    `,description:`
      The location to install global items.  If set on the command line, then
      it forces non-global commands to run in the specified folder.
    `}),preid:new i("preid",{default:"",hint:"prerelease-id",type:String,description:'\n      The "prerelease identifier" to use as a prefix for the "prerelease" part\n      of a semver. Like the `rc` in `1.2.0-rc.8`.\n    ',flatten:o}),production:new i("production",{default:null,type:[null,Boolean],deprecated:"Use `--omit=dev` instead.",description:"Alias for `--omit=dev`",flatten(t,e,n){_.omit.flatten("omit",e,n)}}),progress:new i("progress",{default:!(fe.isCI||!process.stderr.isTTY||!process.stdout.isTTY||process.env.TERM==="dumb"),defaultDescription:"\n      `true` when not in CI and both stderr and stdout are TTYs and not in a dumb terminal\n    ",type:Boolean,description:"\n      When set to `true`, npm will display a progress bar during time\n      intensive operations, if `process.stderr` and `process.stdout` are a TTY.\n\n      Set to `false` to suppress the progress bar.\n    ",flatten(t,e,n){n.progress=!!e.progress&&!!process.stderr.isTTY&&!!process.stdout.isTTY&&process.env.TERM!=="dumb"}}),provenance:new i("provenance",{default:!1,type:Boolean,exclusive:["provenance-file"],description:`
      When publishing from a supported cloud CI/CD system, the package will be
      publicly linked to where it was built and published from.

      When the \`provenance-file\` config is set, it takes precedence and
      automatic provenance generation (including via trusted publishing/OIDC)
      is skipped.
    `,flatten:o}),"provenance-file":new i("provenance-file",{default:null,type:B,hint:"<file>",exclusive:["provenance"],description:`
      When publishing, the provenance bundle at the given path will be used.

      This takes precedence over automatic provenance generation in trusted
      publishing flows.
    `,flatten:o}),proxy:new i("proxy",{default:null,type:[null,!1,F],description:"\n      A proxy to use for outgoing http requests. If the `HTTP_PROXY` or\n      `http_proxy` environment variables are set, proxy settings will be\n      honored by the underlying `request` library.\n    ",flatten:o}),"read-only":new i("read-only",{default:!1,type:Boolean,description:`
      This is used to mark a token as unable to publish when configuring
      limited access tokens with the \`npm token create\` command.
    `,flatten:o}),"rebuild-bundle":new i("rebuild-bundle",{default:!0,type:Boolean,description:`
      Rebuild bundled dependencies after installation.
    `,flatten:o}),registry:new i("registry",{default:"https://registry\x2enpmjs.org/",type:F,description:`
      The base URL of the npm registry.
    `,flatten:o}),"replace-registry-host":new i("replace-registry-host",{default:"npmjs",hint:"<npmjs|never|always> | hostname | url",type:["npmjs","never","always",String],description:`
      Defines behavior for replacing the registry host in a lockfile with the
      configured registry.

      The default behavior is to replace package dist URLs from the default
      registry (https://registry\x2enpmjs.org) to the configured registry. If set to
      "never", then use the registry value. If set to "always", then replace the
      registry host with the configured host every time.

      You may also specify a bare hostname (e.g., "registry\x2enpmjs.org") to only
      replace URLs coming from that host.

      You may also specify a full URL including a path (e.g.,
      "https://old-registry.example.com/npm/path"). In that case, resolved URLs
      whose host and path begin with that prefix will have the entire prefix
      replaced with the configured registry URL (host and path), without
      duplicating path segments.
    `,flatten:o}),save:new i("save",{default:!0,defaultDescription:"`true` unless when using `npm update` where it\n    defaults to `false`",usage:"-S|--save|--no-save|--save-prod|--save-dev|--save-optional|--save-peer|--save-bundle",type:Boolean,short:"S",description:"\n      Save installed packages to a `package.json` file as dependencies.\n\n      When used with the `npm rm` command, removes the dependency from\n      `package.json`.\n\n      Will also prevent writing to `package-lock.json` if set to `false`.\n    ",flatten:o}),"save-bundle":new i("save-bundle",{default:!1,type:Boolean,short:"B",description:"\n      If a package would be saved at install time by the use of `--save`,\n      `--save-dev`, or `--save-optional`, then also put it in the\n      `bundleDependencies` list.\n\n      Ignored if `--save-peer` is set, since peerDependencies cannot be bundled.\n    ",flatten(t,e,n){n.saveBundle=e["save-bundle"]&&!e["save-peer"]}}),"save-dev":new i("save-dev",{default:!1,type:Boolean,short:"D",exclusive:["save-optional","save-peer","save-prod"],description:"\n      Save installed packages to a package.json file as `devDependencies`.\n    ",flatten(t,e,n){if(!e[t]){n.saveType==="dev"&&delete n.saveType;return}n.saveType="dev"}}),"save-exact":new i("save-exact",{default:!1,type:Boolean,short:"E",description:`
      Dependencies saved to package.json will be configured with an exact
      version rather than using npm's default semver range operator.
    `,flatten(t,e,n){_["save-prefix"].flatten("save-prefix",e,n)}}),"save-optional":new i("save-optional",{default:!1,type:Boolean,short:"O",exclusive:["save-dev","save-peer","save-prod"],description:`
      Save installed packages to a package.json file as
      \`optionalDependencies\`.
    `,flatten(t,e,n){if(!e[t]){n.saveType==="optional"?delete n.saveType:n.saveType==="peerOptional"&&(n.saveType="peer");return}n.saveType!=="peerOptional"&&(n.saveType==="peer"?n.saveType="peerOptional":n.saveType="optional")}}),"save-peer":new i("save-peer",{default:!1,type:Boolean,exclusive:["save-dev","save-optional","save-prod"],description:"\n      Save installed packages to a package.json file as `peerDependencies`\n    ",flatten(t,e,n){if(!e[t]){n.saveType==="peer"?delete n.saveType:n.saveType==="peerOptional"&&(n.saveType="optional");return}n.saveType!=="peerOptional"&&(n.saveType==="optional"?n.saveType="peerOptional":n.saveType="peer")}}),"save-prefix":new i("save-prefix",{default:"^",type:String,description:"\n      Configure how versions of packages installed to a package.json file via\n      `--save` or `--save-dev` get prefixed.\n\n      For example if a package has version `1.2.3`, by default its version is\n      set to `^1.2.3` which allows minor upgrades for that package, but after\n      `npm config set save-prefix='~'` it would be set to `~1.2.3` which\n      only allows patch upgrades.\n    ",flatten(t,e,n){n.savePrefix=e["save-exact"]?"":e["save-prefix"],e["save-prefix"]=n.savePrefix}}),"save-prod":new i("save-prod",{default:!1,type:Boolean,short:"P",exclusive:["save-dev","save-optional","save-peer"],description:"\n      Save installed packages into `dependencies` specifically. This is\n      useful if a package already exists in `devDependencies` or\n      `optionalDependencies`, but you want to move it to be a non-optional\n      production dependency.\n\n      This is the default behavior if `--save` is true, and neither\n      `--save-dev` or `--save-optional` are true.\n    ",flatten(t,e,n){if(!e[t]){n.saveType==="prod"&&delete n.saveType;return}n.saveType="prod"}}),"sbom-format":new i("sbom-format",{default:null,type:["cyclonedx","spdx"],description:`
      SBOM format to use when generating SBOMs.
    `,flatten:o}),"sbom-type":new i("sbom-type",{default:"library",type:["library","application","framework"],description:"\n      The type of package described by the generated SBOM. For SPDX, this is the\n      value for the `primaryPackagePurpose` field. For CycloneDX, this is the\n      value for the `type` field.\n    ",flatten:o}),scope:new i("scope",{default:"",defaultDescription:`
      the scope of the current project, if any, or ""
    `,type:String,hint:"<@scope>",description:`
      Associate an operation with a scope for a scoped registry.

      Useful when logging in to or out of a private registry:

      \`\`\`
      # log in, linking the scope to the custom registry
      npm login --scope=@mycorp --registry=https://registry.mycorp.com

      # log out, removing the link and the auth token
      npm logout --scope=@mycorp
      \`\`\`

      This will cause \`@mycorp\` to be mapped to the registry for future
      installation of packages specified according to the pattern
      \`@mycorp/package\`.

      This will also cause \`npm init\` to create a scoped package.

      \`\`\`
      # accept all defaults, and create a package named "@foo/whatever",
      # instead of just named "whatever"
      npm init --scope=@foo --yes
      \`\`\`
    `,flatten(t,e,n){let s=e[t],r=s&&!/^@/.test(s)?`@${s}`:s;n.scope=r,n.projectScope=r}}),scopes:new i("scopes",{default:null,type:[null,String,Array],description:`
      When creating a Granular Access Token with \`npm token create\`,
      this limits the token access to specific scopes. Provide
      a scope name (with or without @ prefix).
    `,flatten:o}),"packages-all":new i("packages-all",{default:!1,type:Boolean,description:`
      When creating a Granular Access Token with \`npm token create\`,
      grants the token access to all packages instead of limiting to
      specific packages.
    `,flatten:o}),"packages-and-scopes-permission":new i("packages-and-scopes-permission",{default:null,type:[null,"read-only","read-write","read-write-stage-only","no-access"],description:`
      When creating a Granular Access Token with \`npm token create\`,
      sets the permission level for packages and scopes. Options are
      "read-only", "read-write", "read-write-stage-only", or "no-access".
      "read-write-stage-only" grants publish access that stages releases
      instead of publishing them directly.
    `,flatten:o}),"orgs-permission":new i("orgs-permission",{default:null,type:[null,"read-only","read-write","no-access"],description:`
      When creating a Granular Access Token with \`npm token create\`,
      sets the permission level for organizations. Options are
      "read-only", "read-write", or "no-access".
    `,flatten:o}),password:new i("password",{default:null,type:[null,String],description:`
      Password for authentication. Can be provided via command line when
      creating tokens, though it's generally safer to be prompted for it.
    `,flatten:o}),"token-description":new i("token-description",{default:null,type:[null,String],description:"\n      Description text for the token when using `npm token create`.\n    ",flatten:o}),"script-shell":new i("script-shell",{default:null,defaultDescription:`
      '/bin/sh' on POSIX systems, 'cmd.exe' on Windows
    `,type:[null,String],description:"\n      The shell to use for scripts run with the `npm exec`,\n      `npm run` and `npm init <package-spec>` commands.\n    ",flatten(t,e,n){n.scriptShell=e[t]||void 0}}),searchexclude:new i("searchexclude",{default:"",type:String,description:`
      Space-separated options that limit the results from search.
    `,flatten(t,e,n){n.search=n.search||{limit:20},n.search.exclude=e[t].toLowerCase()}}),searchlimit:new i("searchlimit",{default:20,type:Number,description:`
      Number of items to limit search results to. Will not apply at all to
      legacy searches.
    `,flatten(t,e,n){n.search=n.search||{},n.search.limit=e[t]}}),searchopts:new i("searchopts",{default:"",type:String,description:`
      Space-separated options that are always passed to search.
    `,flatten(t,e,n){n.search=n.search||{limit:20},n.search.opts=On.parse(e[t])}}),searchstaleness:new i("searchstaleness",{default:900,type:Number,description:`
      The age of the cache, in seconds, before another registry request is made
      if using legacy search endpoint.
    `,flatten(t,e,n){n.search=n.search||{limit:20},n.search.staleness=e[t]}}),shell:new i("shell",{default:Bn,defaultDescription:`
      SHELL environment variable, or "bash" on Posix, or "cmd.exe" on Windows
    `,type:String,description:"\n      The shell to run for the `npm explore` command.\n    ",flatten:o}),shrinkwrap:new i("shrinkwrap",{default:!0,type:Boolean,deprecated:`
      Use the --package-lock setting instead.
    `,description:`
      Alias for --package-lock
    `,flatten(t,e,n){e["package-lock"]=e.shrinkwrap,_["package-lock"].flatten("package-lock",e,n)}}),"sign-git-commit":new i("sign-git-commit",{default:!1,type:Boolean,description:`
      If set to true, then the \`npm version\` command will commit the new
      package version using \`-S\` to add a signature.

      Note that git requires you to have set up GPG keys in your git configs
      for this to work properly.
    `,flatten:o}),"sign-git-tag":new i("sign-git-tag",{default:!1,type:Boolean,description:`
      If set to true, then the \`npm version\` command will tag the version
      using \`-s\` to add a signature.

      Note that git requires you to have set up GPG keys in your git configs
      for this to work properly.
    `,flatten:o}),"strict-peer-deps":new i("strict-peer-deps",{default:!1,type:Boolean,description:`
      If set to \`true\`, and \`--legacy-peer-deps\` is not set, then _any_
      conflicting \`peerDependencies\` will be treated as an install failure,
      even if npm could reasonably guess the appropriate resolution based on
      non-peer dependency relationships.

      By default, conflicting \`peerDependencies\` deep in the dependency graph
      will be resolved using the nearest non-peer dependency specification,
      even if doing so will result in some packages receiving a peer dependency
      outside the range set in their package's \`peerDependencies\` object.

      When such an override is performed, a warning is printed, explaining the
      conflict and the packages involved.  If \`--strict-peer-deps\` is set,
      then this warning is treated as a failure.
    `,flatten:o}),"strict-allow-scripts":new i("strict-allow-scripts",{default:!1,type:Boolean,description:"\n      If `true`, turn the install-script policy from a warning into a hard\n      error: any dependency with install scripts not covered by\n      `allowScripts` will fail the install instead of running with a\n      notice.\n\n      Dependencies explicitly denied with `false` in `allowScripts` are\n      always silently skipped; this setting only affects unreviewed entries.\n      `--ignore-scripts` and `--dangerously-allow-all-scripts` both\n      override this setting.\n\n      Optional dependencies that cannot be installed on the current platform\n      or engine (a non-matching `os`, `cpu`, or `libc`) are not flagged,\n      because their install scripts never run.\n    ",flatten:o}),"strict-ssl":new i("strict-ssl",{default:!0,type:Boolean,description:`
      Whether or not to do SSL key validation when making requests to the
      registry via https.

      See also the \`ca\` config.
    `,flatten(t,e,n){n.strictSSL=e[t]}}),tag:new i("tag",{default:"latest",type:String,description:`
      If you ask npm to install a package and don't tell it a specific version,
      then it will install the specified tag.

      It is the tag added to the package@version specified in the
      \`npm dist-tag add\` command, if no explicit tag is given.

      When used by the \`npm diff\` command, this is the tag used to fetch the
      tarball that will be compared with the local files by default.

      If used in the \`npm publish\` command, this is the tag that will be
      added to the package submitted to the registry.
    `,flatten(t,e,n){n.defaultTag=e[t]}}),"tag-version-prefix":new i("tag-version-prefix",{default:"v",type:String,description:`
      If set, alters the prefix used when tagging a new version when performing
      a version increment using  \`npm version\`. To remove the prefix
      altogether, set it to the empty string: \`""\`.

      Because other tools may rely on the convention that npm version tags look
      like \`v1.0.0\`, _only use this property if it is absolutely necessary_.
      In particular, use care when overriding this setting for public packages.
    `,flatten:o}),timing:new i("timing",{default:!1,type:Boolean,description:`
      If true, writes timing information to a process specific json file in
      the cache or \`logs-dir\`. The file name ends with \`-timing.json\`.

      You can quickly view it with this [json](https://npm.im/json) command
      line: \`cat ~/.npm/_logs/*-timing.json | npm exec -- json -g\`.

      Timing information will also be reported in the terminal. To suppress this
      while still writing the timing file, use \`--silent\`.
    `}),umask:new i("umask",{default:0,type:Wn,description:`
      The "umask" value to use when setting the file creation mode on files and
      folders.

      Folders and executables are given a mode which is \`0o777\` masked
      against this value.  Other files are given a mode which is \`0o666\`
      masked against this value.

      Note that the underlying system will _also_ apply its own umask value to
      files and folders that are created, and npm does not circumvent this, but
      rather adds the \`--umask\` config to it.

      Thus, the effective default umask value on most POSIX systems is 0o22,
      meaning that folders and executables are created with a mode of 0o755 and
      other files are created with a mode of 0o644.
    `,flatten:o}),unicode:new i("unicode",{default:Gn,defaultDescription:"\n      false on windows, true on mac/unix systems with a unicode locale, as\n      defined by the `LC_ALL`, `LC_CTYPE`, or `LANG` environment variables.\n    ",type:Boolean,description:`
      When set to true, npm uses unicode characters in the tree output.  When
      false, it uses ascii characters instead of unicode glyphs.
    `,flatten:o}),"update-notifier":new i("update-notifier",{default:!0,type:Boolean,description:`
      Set to false to suppress the update notification when using an older
      version of npm than the latest.
    `}),usage:new i("usage",{default:!1,type:Boolean,short:["?","H","h"],description:`
      Show short usage output about the command specified.
    `}),"user-agent":new i("user-agent",{default:"npm/{npm-version} node/{node-version} {platform} {arch} workspaces/{workspaces} {ci}",type:String,description:"\n      Sets the User-Agent request header.  The following fields are replaced\n      with their actual counterparts:\n\n      * `{npm-version}` - The npm version in use\n      * `{node-version}` - The Node.js version in use\n      * `{platform}` - The value of `process.platform`\n      * `{arch}` - The value of `process.arch`\n      * `{workspaces}` - Set to `true` if the `workspaces` or `workspace`\n        options are set.\n      * `{ci}` - The value of the `ci-name` config, if set, prefixed with\n        `ci/`, or an empty string if `ci-name` is empty.\n    ",flatten(t,e,n){let s=e[t],r=fe.name?.toLowerCase().split(" ").join("-")||null,a=null;if(fe.GITHUB_ACTIONS){let f=(process.env.GITHUB_SERVER_URL||"").trim(),v=(process.env.RUNNER_ENVIRONMENT||"").trim(),m="";try{m=new URL(f).hostname.toLowerCase()}catch{m=""}m==="github.com"?v==="github-hosted"?a="dotcom-hosted":v==="self-hosted"?a="dotcom-selfhosted":a="dotcom":m==="ghe.com"||m.endsWith(".ghe.com")?a="ghecom":m&&(a="ghes")}let u=r?`ci/${r}${a?`/${a}`:""}`:"",g=!1;(e.workspaces||e.workspace&&e.workspace.length)&&(g=!0),n.userAgent=s.replace(/\{node-version\}/gi,process.version).replace(/\{npm-version\}/gi,e["npm-version"]).replace(/\{platform\}/gi,process.platform).replace(/\{arch\}/gi,process.arch).replace(/\{workspaces\}/gi,g).replace(/\{ci\}/gi,u).trim(),process.env.npm_config_user_agent=n.userAgent}}),userconfig:new i("userconfig",{default:"~/.npmrc",type:B,description:"\n      The location of user-level configuration settings.\n\n      This may be overridden by the `npm_config_userconfig` environment\n      variable or the `--userconfig` command line option, but may _not_\n      be overridden by settings in the `globalconfig` file.\n    "}),version:new i("version",{default:!1,type:Boolean,short:"v",description:`
      If true, output the npm version and exit successfully.

      Only relevant when specified explicitly on the command line.
    `}),versions:new i("versions",{default:!1,type:Boolean,description:`
      If true, output the npm version as well as node's \`process.versions\`
      map and the version in the current working directory's \`package.json\`
      file if one exists, and exit successfully.

      Only relevant when specified explicitly on the command line.
    `}),viewer:new i("viewer",{default:X?"browser":"man",defaultDescription:`
      "man" on Posix, "browser" on Windows
    `,type:String,description:`
      The program to use to view help content.

      Set to \`"browser"\` to view html help content in the default web browser.
    `}),which:new i("which",{default:null,hint:"<fundingSourceNumber>",type:[null,Number],description:`
      If there are multiple funding sources, which 1-indexed source URL to open.
    `}),workspace:new i("workspace",{default:[],type:[String,Array],hint:"<workspace-name>",short:"w",envExport:!1,description:`
      Enable running a command in the context of the configured workspaces of the
      current project while filtering by running only the workspaces defined by
      this configuration option.

      Valid values for the \`workspace\` config are either:

      * Workspace names
      * Path to a workspace directory
      * Path to a parent workspace directory (will result in selecting all
        workspaces within that folder)

      When set for the \`npm init\` command, this may be set to the folder of
      a workspace which does not yet exist, to create the folder and set it
      up as a brand new workspace within the project.
    `,flatten:(t,e,n)=>{_["user-agent"].flatten("user-agent",e,n)}}),workspaces:new i("workspaces",{default:null,type:[null,Boolean],envExport:!1,description:`
      Set to true to run the command in the context of **all** configured
      workspaces.

      Explicitly setting this to false will cause commands like \`install\` to
      ignore workspaces altogether.
      When not set explicitly:

      - Commands that operate on the \`node_modules\` tree (install, update,
        etc.) will link workspaces into the \`node_modules\` folder.
      - Commands that do other things (test, exec, publish, etc.) will operate
        on the root project, _unless_ one or more workspaces are specified in
        the \`workspace\` config.
    `,flatten:(t,e,n)=>{_["user-agent"].flatten("user-agent",e,n),n.workspacesEnabled=e[t]!==!1}}),"workspaces-update":new i("workspaces-update",{default:!0,type:Boolean,description:`
      If set to true, the npm cli will run an update after operations that may
      possibly change the workspaces installed to the \`node_modules\` folder.
    `,flatten:o}),yes:new i("yes",{default:null,type:[null,Boolean],short:"y",description:`
      Automatically answer "yes" to any prompts that npm might print on
      the command line.
    `})};ft.exports=_});var me=ht(),qn=(t,e={})=>{for(let[n,s]of Object.entries(t)){let r=me[n];r&&r.flatten?r.flatten(n,t,e):(/@.*:registry$/i.test(n)||/^\/\//.test(n))&&(e[n]=s)}return e},mt=Object.entries(me).reduce((t,[e,{short:n=[],default:s}])=>{for(let r of[].concat(n))t.shorthands[r]=[`--${e}`];return t.defaults[e]=s,t},{shorthands:{},defaults:{}}),Hn={"enjoy-by":["--before"],d:["--loglevel","info"],dd:["--loglevel","verbose"],ddd:["--loglevel","silly"],quiet:["--loglevel","warn"],q:["--loglevel","warn"],s:["--loglevel","silent"],silent:["--loglevel","silent"],verbose:["--loglevel","verbose"],desc:["--description"],help:["--usage"],local:["--no-global"],n:["--no-yes"],no:["--no-yes"],porcelain:["--parseable"],readonly:["--read-only"],reg:["--registry"],iwr:["--include-workspace-root"],ws:["--workspaces"],...mt.shorthands},Vn=["_auth","_authToken","_password","certfile","email","keyfile","username"],Yn=["http_proxy","https_proxy","proxy","no_proxy"];module.exports={defaults:mt.defaults,definitions:me,flatten:qn,nerfDarts:Vn,proxyEnv:Yn,shorthands:Hn};
