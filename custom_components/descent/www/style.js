/** The card's looks: Home Assistant's own colours, one more for each phase. */

export const STYLE = `<style>
:host{display:block;color-scheme:light;--warm_up:#c77700;--drills:#7a7f87;--descent:#c2185b;--recovery:#2e7d32;--steady:#0277bd;--backward:#6a1b9a;
--turn_around:#7a7f87;--cool_down:#00838f;--stretch:#7a7f87}
:host([dark]){color-scheme:dark;--warm_up:#ffb74d;--drills:#9aa0a6;--descent:#f48fb1;--recovery:#81c784;--steady:#4fc3f7;--backward:#ce93d8;
--turn_around:#9aa0a6;--cool_down:#4dd0e1;--stretch:#9aa0a6}
ha-card{container:card/inline-size;display:block;color:var(--primary-text-color);font-variant-numeric:tabular-nums}
#card{display:grid;grid-template-columns:minmax(0,1fr);gap:12px;padding:16px 16px 0}
#card>div:empty{display:none}
p,dl,dd,ul{margin:0;padding:0}
small,#name,.under,.next,.about,.who span,legend,dt,.legend{color:var(--secondary-text-color)}
small{display:block;font-size:14px}
:is(b,span,dt,small,td,output,.big,.under,.next,.said){unicode-bidi:plaintext}
ha-icon{flex:none;--mdc-icon-size:20px;margin-inline-end:6px;vertical-align:middle}
.stale #main,.stale #picture,.stale #more{opacity:.5}
.hint,.note,.notice,.row,.who,.facts,.legend,.title{display:flex;align-items:center;gap:4px 12px}
.hint{min-height:120px;justify-content:center}
.notice b{display:block}
.notice{padding:10px 12px;border-radius:12px;background:color-mix(in srgb,var(--primary-color) 12%,transparent)}
.grave{background:color-mix(in srgb,var(--error-color,#db4437) 16%,transparent);border-inline-start:6px solid var(--error-color,#db4437)}
.bad ha-icon,.grave ha-icon{color:var(--error-color,#db4437)}
.note{gap:0}
.title{justify-content:space-between;font-size:clamp(26px,8.5cqi,48px);line-height:1.1}
.title span{font-size:.65em;text-align:end}
.title[class*=p-]:not(.p-) b{padding-inline-start:12px;border-inline-start:8px solid var(--p)}
.big{font-size:clamp(64px,27cqi,168px);font-weight:600;line-height:1;letter-spacing:-.03em;text-align:center;white-space:nowrap}
.big:empty,.under:empty,.said:empty{display:none}
.under{text-align:center}
:is(#main,#more)>*+*{margin-top:10px}
ul{display:flex;flex-wrap:wrap;gap:8px;list-style:none;font-size:18px}
li{padding:6px 12px;border-radius:16px;background:var(--secondary-background-color)}
.pairs{display:grid;grid-template-columns:repeat(auto-fit,minmax(120px,1fr));gap:12px}
dl{display:grid;align-items:end;grid-template-columns:1fr 1fr;gap:2px 8px;padding:10px 12px;border-radius:12px;background:var(--secondary-background-color)}
dt,dd:last-child:nth-child(2){grid-column:1/-1}
dd b{white-space:nowrap;font-size:clamp(20px,6.5cqi,34px);line-height:1.15}
dd .word{font-size:15px;white-space:normal;overflow-wrap:anywhere}
.next,.said{font-size:18px}
.said{font-style:italic}
.facts,.legend{flex-wrap:wrap;font-size:16px}
.facts b+b::before{content:"·  ";white-space:pre}
svg{display:block;width:100%;height:clamp(96px,26cqi,200px);direction:ltr}
path{fill:none;vector-effect:non-scaling-stroke}
.area{fill:var(--p)}
.rest{fill:url(#rest)}
.hatch{stroke:var(--secondary-text-color);stroke-width:2;opacity:.5}
.level{stroke:var(--divider-color)}
.speed{stroke:var(--primary-text-color);stroke-width:1.5;stroke-dasharray:5 4}
.fast{stroke:var(--primary-text-color);stroke-width:2.5}
.slope{stroke:var(--primary-text-color);stroke-width:1.5;opacity:.65}
.here{stroke:var(--error-color,#db4437);stroke-width:3;transition:transform .3s linear}
.legend span::before{content:"";display:inline-block;width:22px;margin-inline-end:6px;vertical-align:middle;border-top:2px dashed}
.legend .done::before{border-top:3px solid}
fieldset{max-height:336px;overflow:auto;margin:0;padding:0;border:0}
legend{padding:0 0 4px}
.row{padding:8px;border-radius:12px;cursor:pointer;align-items:flex-start}
.row:has(:checked){background:color-mix(in srgb,var(--primary-color) 16%,transparent)}
.locked b{color:var(--secondary-text-color)}
.locked ha-icon{--mdc-icon-size:16px}
input{accent-color:var(--primary-color)}
input[type=radio]{flex:none;width:20px;height:20px;margin:2px 0}
select{min-height:44px;max-width:100%;padding:0 8px;font:inherit;color:inherit;border:1px solid var(--divider-color);border-radius:8px;background:var(--card-background-color)}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:12px 24px}
.fields label{display:grid;gap:4px}
.fields label span{display:flex;justify-content:space-between}
input[type=range]{appearance:none;width:100%;height:28px;margin:0;background:linear-gradient(var(--divider-color),var(--divider-color)) center/100% 6px no-repeat}
::-webkit-slider-thumb{appearance:none;width:26px;height:26px;border-radius:50%;background:var(--primary-color)}
::-moz-range-thumb{width:26px;height:26px;border:0;border-radius:50%;background:var(--primary-color)}
output{font-weight:600}
.laps{overflow-x:auto}
table{width:100%;font-size:14px;border-collapse:collapse;white-space:nowrap}
th,td{padding:6px;text-align:end;border-bottom:1px solid var(--divider-color)}
th:first-child,td:first-child{text-align:start}
tr[class] td:first-child{border-inline-start:6px solid var(--p)}
#foot{display:flex;gap:8px;position:sticky;bottom:0;z-index:1;margin:0 -16px;padding:8px 16px 16px;border-radius:0 0 12px 12px;background:var(--ha-card-background,var(--card-background-color))}
button{display:flex;flex-wrap:wrap;flex:1 1 0;align-items:center;justify-content:center;min-width:0;min-height:56px;padding:4px 8px;cursor:pointer;font:inherit;font-size:clamp(15px,4.4cqi,20px);font-weight:600;
color:inherit;border:1px solid var(--divider-color);border-radius:16px;background:var(--secondary-background-color)}
button span{overflow-wrap:anywhere}
button:disabled{cursor:not-allowed;opacity:.5}
#notice button{min-height:48px;margin-top:8px}
.go{flex-grow:2;color:#fff;border-color:transparent;background:#1b6e20}
.stop{color:#fff;border-color:transparent;background:#b3261e}
:focus-visible{outline:3px solid var(--primary-color);outline-offset:2px}
#say{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@container card (min-width:720px){#card.split{grid-template-columns:repeat(2,minmax(0,1fr));align-items:start;column-gap:24px;grid-template-rows:auto auto 1fr auto}
#card.split>:is(#notice,#foot){grid-column:1/-1}#card.split>#main{grid-area:2/1/4/2}#card.split>#picture{grid-area:2/2}
#card.split>#more{grid-area:3/2}#card.split>#foot{grid-row:4}fieldset{max-height:520px}}
@container card (max-width:330px){button{padding:4px}button ha-icon{flex:1 0 100%;margin:0}}
@media (prefers-reduced-motion:reduce){.here{transition:none}}
@media (forced-colors:active){button,dl,.row:has(:checked){border:1px solid}}
${["warm_up", "drills", "descent", "recovery", "steady", "backward", "turn_around", "cool_down", "stretch"].map((phase) => `.p-${phase}{--p:var(--${phase})}`).join("")}
</style>`;
