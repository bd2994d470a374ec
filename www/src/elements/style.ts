// One style sheet for all elements, handed over as a constructed sheet: a page needs no `style-src 'unsafe-inline'`.
// Colours, corners and reserved heights come from custom properties; structure is open through `::part()`.
export const styles = `
:host{--a:var(--loyalty-accent,#1f5f5b);accent-color:var(--a);display:block;position:relative;min-block-size:var(--loyalty-height,2.75rem)}
:host([hidden]){display:none}
:host(loyalty-rewards),:host(loyalty-share){min-block-size:var(--loyalty-height,15rem)}
*{box-sizing:border-box;margin:0}
ul,ol,[part=panel]{display:grid;gap:.5rem;padding:0;list-style:none}
small,[part=note],[part=steps]{font-size:.875em;opacity:.8}
[part=steps]{gap:.25rem}
[part=figure]{font-size:1.5em;font-weight:600}
[part=bar]{inline-size:100%}
summary{padding-block:.7rem;cursor:pointer}
#menu>summary>span{display:inline-grid;vertical-align:middle}
:focus-visible{outline:3px solid var(--a);outline-offset:2px}
button,input,a,[part~=card],[part=panel]{min-block-size:2.75rem;min-inline-size:0;padding:.5rem 1rem;border:1px solid var(--loyalty-line,#888);border-radius:var(--loyalty-radius,.5rem);background:none;font:inherit;color:inherit}
a{text-decoration:none}
[part=primary]{background:var(--a);color:var(--loyalty-on-accent,#fff)}
[aria-disabled]{opacity:.5}
[type=range]{flex:1 1 5rem;padding:0}
[part~=card],[part=row],[part=entry]{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1rem}
[part=row]{margin-block:.5rem}
[part~=applied]{border-color:var(--a)}
[part~=card]>div,[part=link],[part=entry]>span{flex:1 1 12rem}
[part=panel]{position:absolute;z-index:9;inset-inline-end:0;inline-size:min(22rem,90vw);max-block-size:75vh;overflow:auto;background:var(--loyalty-surface,Canvas)}
@media(max-width:40em){[part=panel]{position:fixed;inset-inline:5vw}}
`;
