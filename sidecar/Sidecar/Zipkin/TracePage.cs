namespace Sidecar.Zipkin;

/// <summary>Enough of a page to find a trace and read it; what it shows comes from the API.</summary>
internal static class TracePage
{
    public static ReadOnlyMemory<byte> Html { get; } = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Traces</title>
        <style>body{font:14px monospace;margin:2em}input{width:40em;font:inherit}li{cursor:pointer;list-style:none}li:hover{background:#eee}pre{overflow:auto}.e{color:#b00}</style>
        <h1>Traces</h1><form><input name="q" placeholder="tag=value and another=value, or the id of a trace"> <button>find</button></form><ul></ul><pre></pre>
        <script>
        const [form, list, text] = ['form', 'ul', 'pre'].map(one => document.querySelector(one));
        const ask = path => fetch('/api/v2/' + path).then(answer => answer.ok ? answer.json() : []);
        const line = (span, depth, begin) => `${((span.timestamp - begin) / 1000).toFixed(1).padStart(9)} ms ${((span.duration || 0) / 1000).toFixed(1).padStart(9)} ms  ${'  '.repeat(depth)}${span.localEndpoint?.serviceName || '?'}: ${span.name || ''} ${span.kind || ''} ${span.tags?.error ? 'ERROR ' + span.tags.error : ''}\n${' '.repeat(28 + depth * 2)}${JSON.stringify(span.tags || {})}\n`;
        const show = trace => {
          trace.sort((a, b) => a.timestamp - b.timestamp);
          const ids = new Set(trace.map(span => span.id)), done = new Set();
          const below = (parent, depth) => trace.filter(span => !done.has(span) && (parent ? span.parentId === parent.id : !ids.has(span.parentId))).map(span => (done.add(span), line(span, depth, trace[0].timestamp) + below(span, depth + 1))).join('');
          text.textContent = trace[0].traceId + '\n' + below(null, 0);
        };
        const find = async () => {
          const q = form.q.value.trim(), id = /^[0-9a-f]{16}([0-9a-f]{16})?$/.test(q);
          const traces = id ? [await ask('trace/' + q)] : await ask('traces?limit=50&annotationQuery=' + encodeURIComponent(q));
          list.replaceChildren(...traces.filter(trace => trace.length).map(trace => {
            const item = document.createElement('li'), first = trace.reduce((a, b) => a.timestamp < b.timestamp ? a : b);
            item.textContent = `${new Date(first.timestamp / 1000).toISOString()}  ${first.localEndpoint?.serviceName}: ${first.name}  ${trace.length} spans`;
            if (trace.some(span => span.tags?.error)) item.className = 'e';
            item.onclick = () => show(trace);
            return item;
          }));
        };
        form.onsubmit = event => { event.preventDefault(); find(); };
        find();
        </script></html>
        """u8.ToArray();
}
