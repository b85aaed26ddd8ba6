namespace Sidecar.Zipkin;

/// <summary>Which traces somebody looks for. Times are milliseconds since 1970, durations microseconds.</summary>
internal sealed record TraceQuery(string? Service, string? Remote, string? Name, IReadOnlyDictionary<string, string> Said, long? MinDuration, long? MaxDuration, long EndTs, long Lookback, int Limit)
{
    private const int MostSaid = 100;

    /// <summary>Throws <see cref="ZipkinException"/> with what Zipkin says when it makes no sense.</summary>
    public static TraceQuery Of(string? service, string? remote, string? name, string? annotationQuery, long? minDuration, long? maxDuration, long endTs, long lookback, int limit)
    {
        var problem = endTs <= 0 ? "endTs <= 0"
            : limit <= 0 ? "limit <= 0"
            : lookback <= 0 ? "lookback <= 0"
            : minDuration <= 0 ? "minDuration <= 0"
            : maxDuration < minDuration ? "maxDuration < minDuration"
            : maxDuration is not null && minDuration is null ? "maxDuration is only valid with minDuration"
            : null;
        return problem is null
            ? new TraceQuery(Word(service), Word(remote), Word(name) is "all" ? null : Word(name), Parse(annotationQuery), minDuration, maxDuration, endTs, lookback, limit)
            : throw new ZipkinException(problem);
    }

    /// <summary>Each trace apart, though a participant may have lost half of its id.</summary>
    public IEnumerable<IReadOnlyList<StoredSpan>> Run(TraceMemory memory)
    {
        var found = 0;
        foreach (var alike in memory.Between(Begin, EndTs, span => Service is null || span.Service == Service))
        {
            if (found >= Limit)
            {
                yield break;
            }

            foreach (var trace in alike.GroupBy(span => span.TraceId).Select(group => group.ToArray()).Where(Fits))
            {
                found++;
                yield return trace;
            }
        }
    }

    private long Begin => EndTs - Lookback;

    private bool Fits(IReadOnlyList<StoredSpan> trace)
    {
        var timestamp = Timestamp(trace);
        if (timestamp == 0 || timestamp / 1000.0 < Begin || timestamp / 1000.0 > EndTs)
        {
            return false;
        }

        var mine = trace.Where(span => Service is null || span.Service == Service).ToList();
        return mine.Count > 0
            && (Remote is null || mine.Exists(span => span.Remote == Remote))
            && (Name is null || mine.Exists(span => span.Name == Name))
            && (MinDuration is null || mine.Exists(span => span.Duration >= MinDuration && span.Duration <= (MaxDuration ?? long.MaxValue)))
            && Says(mine);
    }

    /// <summary>Of the first root, else of the earliest span.</summary>
    private static long Timestamp(IReadOnlyList<StoredSpan> trace)
    {
        var timed = trace.Where(span => span.Timestamp != 0).ToList();
        return (timed.Find(span => span.IsRoot) ?? timed.MinBy(span => span.Timestamp))?.Timestamp ?? 0;
    }

    /// <summary>Whatever is asked for, some span says it: as an annotation, or as a tag of any value or of that one.</summary>
    private bool Says(IEnumerable<StoredSpan> spans)
    {
        var missing = new Dictionary<string, string>(Said);
        foreach (var span in spans.TakeWhile(_ => missing.Count > 0))
        {
            var read = span.Read();
            foreach (var annotation in read.Annotations.Where(annotation => missing.GetValueOrDefault(annotation.Value) is ""))
            {
                missing.Remove(annotation.Value);
            }

            foreach (var (key, value) in read.Tags)
            {
                if (missing.TryGetValue(key, out var wanted) && (wanted.Length == 0 || wanted == value))
                {
                    missing.Remove(key);
                }
            }
        }

        return missing.Count == 0;
    }

    /// <summary>"error and http.method=GET": a word is an annotation or a tag, with an equals sign a tag and its value.</summary>
    private static Dictionary<string, string> Parse(string? query)
    {
        var said = new Dictionary<string, string>();
        foreach (var part in query is { Length: > 0 } ? query.Split(" and ", MostSaid) : [])
        {
            if (part.Split('=', 2) is [var key, var value])
            {
                said[key.Trim()] = value.Trim();
            }
            else
            {
                said.TryAdd(part.Trim(), "");
            }
        }

        return said;
    }

    private static string? Word(string? text) => string.IsNullOrEmpty(text) ? null : text.ToLowerInvariant();
}
