/// Looks and behaviour of the page: nothing is fetched from anywhere.
enum Style {
  static let sheet = """
    :root{color-scheme:light dark;--ink:#1c2127;--soft:#5b6570;--line:#dfe3e8;--paper:#fff;--card:#f6f7f9;
    --accent:#0072b2;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#b58900;--c5:#56b4e9}
    @media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#9aa5b1;--line:#333b44;--paper:#14181d;
    --card:#1c2229;--accent:#5ab4ec;--c0:#5ab4ec;--c1:#f28c4b;--c2:#3fc79a;--c3:#e6a3c8;--c4:#e0b43a;--c5:#9bd3f5}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    main{max-width:1100px;margin:0 auto;padding:32px 24px 48px}
    h1{font-size:30px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
    h2{font-size:20px;margin:40px 0 12px;padding-top:12px;border-top:1px solid var(--line)}
    h3{font-size:15px;margin:20px 0 8px;color:var(--soft);font-weight:600}
    .kicker{margin:0;color:var(--accent);font-size:13px;font-weight:600;letter-spacing:.04em}
    .lead{margin:0 0 16px;color:var(--soft)}.lead b{color:var(--ink)}
    .notice{background:var(--card);border-left:4px solid var(--c1);padding:8px 12px}
    .note{color:var(--soft);font-size:13px;max-width:75ch}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px}
    .tile{background:var(--card);border-radius:8px;padding:12px 16px}
    .tile span,.tile small{display:block;color:var(--soft);font-size:13px}
    .tile b{display:block;font-size:28px;line-height:1.25;font-variant-numeric:tabular-nums}
    .wide{overflow-x:auto}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}
    th,td{text-align:right;padding:6px 8px;border-bottom:1px solid var(--line);white-space:nowrap}
    th:first-child{text-align:left;padding-left:0}thead th{color:var(--soft);font-weight:600;font-size:13px;white-space:normal;vertical-align:bottom}
    tbody th{font-weight:600}th small,td small{color:var(--soft);font-weight:400}
    small.below{display:block;font-size:13px;white-space:normal}small.below:empty{display:none}td small.below{white-space:nowrap}td.remark{text-align:left;color:var(--soft)}
    table.list th,table.list td{text-align:left;font-weight:400;padding:4px 12px 4px 0;white-space:normal}
    table.list th{color:var(--soft);width:240px}table.list td{overflow-wrap:anywhere}
    .verdict{border-radius:10px;padding:1px 10px;font-size:13px;background:var(--card)}
    .verdict:empty{display:none}
    .verdict.better{color:var(--c2);font-weight:600}.verdict.worse{color:var(--c1);font-weight:600}
    .pair{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(440px,100%),1fr));gap:16px}
    figure{margin:0}
    .chart{background:var(--card);border-radius:8px;padding:10px 12px 6px;break-inside:avoid}
    .chart figcaption{font-weight:600;font-size:14px;margin-bottom:4px;display:flex;flex-wrap:wrap;
    justify-content:space-between;gap:2px 12px}
    .keys{font-weight:400}.key{color:var(--soft);font-size:13px;margin-right:12px;white-space:nowrap}
    .key i{display:inline-block;width:14px;height:3px;border-radius:2px;margin-right:5px;vertical-align:middle}
    i.truth{background:#f00}i.prediction{background:#0c0}i.both{background:#dd0}
    svg{display:block;width:100%;height:auto;overflow:visible}
    svg text{fill:var(--soft);font-size:14px;font-family:inherit}
    .grid{stroke:var(--line);stroke-width:1}.phase{stroke:var(--soft);stroke-dasharray:3 3}
    text.phase{stroke:none}.cursor{stroke:var(--soft);stroke-width:1}
    polyline{fill:none;stroke-width:1.6;stroke-linejoin:round}
    .bar{fill:var(--c0)}.bar:hover{fill:var(--c1)}
    polyline.c0{stroke:var(--c0)}polyline.c1{stroke:var(--c1)}polyline.c2{stroke:var(--c2)}
    polyline.c3{stroke:var(--c3)}polyline.c4{stroke:var(--c4)}polyline.c5{stroke:var(--c5)}
    circle.c0{fill:var(--c0)}circle.c1{fill:var(--c1)}circle.c2{fill:var(--c2)}
    circle.c3{fill:var(--c3)}circle.c4{fill:var(--c4)}circle.c5{fill:var(--c5)}
    polygon.band{fill-opacity:.18;stroke:none}polygon.c0{fill:var(--c0)}polygon.c1{fill:var(--c1)}
    polygon.c2{fill:var(--c2)}polygon.c3{fill:var(--c3)}polygon.c4{fill:var(--c4)}polygon.c5{fill:var(--c5)}
    .dot{fill-opacity:.75}.mean{stroke-width:2.5}line.c0{stroke:var(--c0)}line.c1{stroke:var(--c1)}
    line.c2{stroke:var(--c2)}line.c3{stroke:var(--c3)}line.c4{stroke:var(--c4)}line.c5{stroke:var(--c5)}
    i.c0{background:var(--c0)}i.c1{background:var(--c1)}i.c2{background:var(--c2)}
    i.c3{background:var(--c3)}i.c4{background:var(--c4)}i.c5{background:var(--c5)}
    .pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(165px,1fr));gap:12px}
    .pictures.three{grid-template-columns:repeat(3,1fr)}
    .pictures figure{break-inside:avoid}
    .pictures img{width:100%;display:block;border-radius:4px;background:#000}
    .pictures figcaption{font-size:13px;color:var(--soft);overflow-wrap:anywhere}
    .finding{background:var(--card);border-radius:8px;border-left:4px solid var(--line);padding:10px 16px;
    margin:12px 0;break-inside:avoid}.finding p{margin:0 0 6px;overflow-wrap:anywhere}
    .finding[data-severity=error]{border-color:var(--c1)}.finding[data-severity=warning]{border-color:var(--c4)}
    .finding .kind{color:var(--soft);font-size:13px}.finding[data-severity=error] .kind b{color:var(--c1)}
    .finding[data-severity=warning] .kind b{color:var(--c4)}.finding .pictures{margin:8px 0}
    .missing{aspect-ratio:1;display:grid;place-items:center;background:var(--card);color:var(--soft);
    border-radius:4px}
    #tip{position:fixed;pointer-events:none;display:none;background:var(--paper);color:var(--ink);
    border:1px solid var(--line);border-radius:6px;padding:6px 10px;font-size:13px;
    box-shadow:0 2px 10px rgba(0,0,0,.2);font-variant-numeric:tabular-nums;z-index:2}
    footer{margin-top:40px;color:var(--soft);font-size:13px}
    @media(max-width:560px){main{padding:20px 14px}h1{font-size:24px}table.list th{width:45%}
    svg text{font-size:22px}.pictures{grid-template-columns:repeat(2,1fr)}.pictures.three{gap:6px}}
    @media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--card:#fff;--c0:#0072b2;--c1:#d55e00;
    --c2:#009e73;--c3:#cc79a7;--c4:#b58900;--c5:#56b4e9;--accent:#0072b2;color-scheme:light}
    body{font-size:11px}main{max-width:none;padding:0}h2,h3{break-after:avoid}.tile,.chart{border:1px solid #bbb}
    .tiles{grid-template-columns:repeat(4,1fr)}.pair{grid-template-columns:1fr 1fr}.pictures{grid-template-columns:repeat(3,1fr)}
    .wide{overflow:visible}th,td{padding:3px 6px}thead th{white-space:normal}tr{break-inside:avoid}
    @page{size:A4;margin:14mm}}
    """

  /// Shows the values of all curves at the place under the pointer.
  static let script = """
    (function(){
    var tip=document.getElementById('tip'),space='http://www.w3.org/2000/svg';
    document.querySelectorAll('[data-curves]').forEach(function(figure){
      var svg=figure.querySelector('svg'),curves=figure.dataset.curves.split('|').map(function(text){
        var parts=text.split(';');
        return{name:parts[0],points:parts.slice(1).map(function(point){
          var values=point.split(' ');return{x:+values[0],step:values[1],value:values[2]}})}});
      var cursor=document.createElementNS(space,'line');
      cursor.setAttribute('class','cursor');cursor.setAttribute('y1',14);cursor.setAttribute('y2',214);
      cursor.style.display='none';svg.appendChild(cursor);
      function hide(){tip.style.display=cursor.style.display='none'}
      svg.addEventListener('pointerleave',hide);
      svg.addEventListener('pointermove',function(event){
        var box=svg.getBoundingClientRect(),x=(event.clientX-box.left)/box.width*720,nearest=null;
        curves.forEach(function(curve){curve.points.forEach(function(point){
          if(!nearest||Math.abs(point.x-x)<Math.abs(nearest.x-x))nearest=point})});
        if(!nearest)return hide();
        cursor.setAttribute('x1',nearest.x);cursor.setAttribute('x2',nearest.x);cursor.style.display='';
        tip.textContent='iteration '+nearest.step;
        curves.forEach(function(curve){
          var point=curve.points.find(function(point){return point.step===nearest.step});
          if(!point)return;
          var line=document.createElement('div');line.textContent=curve.name+' '+point.value;
          tip.appendChild(line)});
        tip.style.display='block';
        var left=event.clientX+14;
        if(left+tip.offsetWidth>innerWidth-8)left=event.clientX-tip.offsetWidth-14;
        tip.style.left=Math.max(8,left)+'px';tip.style.top=(event.clientY+14)+'px'})})})();
    """
}
