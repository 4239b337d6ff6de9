import { Presence } from "phoenix-presence";
const ref = (n) => "F" + String(n).padStart(15, "0");
const N=+process.argv[2]||10000, R=+process.argv[3]||100;
const state = () => { const s = {}; for (let i=0;i<N;i++) s["user-"+i] = {metas:[{phx_ref: ref(i), online_at: 1795489092, status:"online"}]}; return JSON.stringify(s); };
const h={}; const p = new Presence({on:(e,f)=>{h[e]=f}, joinRef:()=>"1"}); p.onJoin(()=>{}); p.onLeave(()=>{});
const txt=state(); let tot=0;
h.presence_state(JSON.parse(txt));
const S=[]; for(let i=0;i<R;i++) S.push(JSON.parse(txt));
for(let i=0;i<R;i++){ const t=performance.now(); h.presence_state(S[i]); tot+=performance.now()-t;}
console.log(tot/R);
