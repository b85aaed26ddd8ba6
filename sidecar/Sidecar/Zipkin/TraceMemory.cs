namespace Sidecar.Zipkin;

/// <summary>So much is kept; the oldest traces go first.</summary>
internal sealed record TraceLimits(int Spans = 50_000, long Bytes = 48L * 1024 * 1024);

/// <summary>The spans of the last while, by trace.</summary>
internal sealed class TraceMemory(TraceLimits limits)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, Trace> traces = [];
    private readonly SortedSet<(long Begin, ulong Id)> byAge = [];
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);
    private int spans;
    private long bytes;

    public void Add(IReadOnlyList<(ZipkinSpan Span, Range Place)> told, ReadOnlySpan<byte> body)
    {
        foreach (var (span, place) in told)
        {
            var stored = new StoredSpan(Shared(span), body[place].ToArray());
            lock (gate)
            {
                Add(stored.LowId, stored);
            }
        }
    }

    /// <summary>All that belongs together by the last half of the id, latest first, of traces that have a span from then to then.</summary>
    public IReadOnlyList<IReadOnlyList<StoredSpan>> Between(long from, long to, Func<StoredSpan, bool> isWanted)
    {
        lock (gate)
        {
            var found = new List<(long Latest, ulong Id, StoredSpan[] Spans)>();
            foreach (var (id, trace) in traces.Where(trace => trace.Value.Spans.Any(isWanted)))
            {
                var inside = trace.Spans.Select(span => span.Milliseconds).Where(at => from <= at && at <= to).DefaultIfEmpty(long.MinValue).Max();
                if (inside != long.MinValue)
                {
                    found.Add((inside, id, [.. trace.Spans]));
                }
            }

            return [.. found.OrderByDescending(trace => trace.Latest).ThenByDescending(trace => trace.Id).Select(trace => trace.Spans)];
        }
    }

    /// <summary>The spans of exactly this trace.</summary>
    public IReadOnlyList<StoredSpan> Find(string trace)
    {
        var id = ZipkinIds.Number(trace);
        lock (gate)
        {
            return traces.TryGetValue((ulong)id, out var found) ? [.. found.Spans.Where(span => span.TraceId == id)] : [];
        }
    }

    /// <summary>What the spans say of one thing, each but once and in order.</summary>
    public IReadOnlyList<string> Names(Func<StoredSpan, string?> what)
    {
        lock (gate)
        {
            return [.. traces.Values.SelectMany(trace => trace.Spans).Select(what).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        }
    }

    private void Add(ulong id, StoredSpan span)
    {
        if (traces.TryGetValue(id, out var trace) && trace.Spans.Contains(span))
        {
            return;
        }

        while (traces.Count > 0 && (spans + 1 > limits.Spans || bytes + span.Size > limits.Bytes))
        {
            Forget(byAge.Min.Id);
        }

        if (span.Size > limits.Bytes)
        {
            return;
        }

        if (!traces.TryGetValue(id, out trace))
        {
            traces[id] = trace = new Trace { Begin = span.Timestamp };
            byAge.Add((trace.Begin, id));
        }
        else if (span.Timestamp < trace.Begin)
        {
            byAge.Remove((trace.Begin, id));
            trace.Begin = span.Timestamp;
            byAge.Add((trace.Begin, id));
        }

        trace.Spans.Add(span);
        spans++;
        bytes += span.Size;
    }

    private void Forget(ulong id)
    {
        traces.Remove(id, out var trace);
        byAge.Remove((trace!.Begin, id));
        spans -= trace.Spans.Count;
        bytes -= trace.Spans.Sum(span => (long)span.Size);
    }

    /// <summary>Names come back in every span; one text of each is enough, and names without end are not kept.</summary>
    private ZipkinSpan Shared(ZipkinSpan span) => span with
    {
        Name = Word(span.Name),
        Local = span.Local is { } local ? local with { ServiceName = Word(local.ServiceName) } : null,
        Remote = span.Remote is { } remote ? remote with { ServiceName = Word(remote.ServiceName) } : null,
    };

    private string? Word(string? text)
    {
        const int Most = 4096;
        const int Longest = 256;
        if (text is null || text.Length > Longest)
        {
            return text;
        }

        lock (gate)
        {
            if (words.TryGetValue(text, out var known))
            {
                return known;
            }

            if (words.Count >= Most)
            {
                words.Clear();
            }

            return words[text] = text;
        }
    }

    private sealed class Trace
    {
        public long Begin { get; set; }

        public HashSet<StoredSpan> Spans { get; } = [];
    }
}
