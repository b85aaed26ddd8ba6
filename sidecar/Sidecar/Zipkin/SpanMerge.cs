namespace Sidecar.Zipkin;

/// <summary>Makes one span of the pieces that were sent of it, and mends what participants commonly leave out.</summary>
internal static class SpanMerge
{
    /// <summary>Of one trace, by the last half of its id; by id then, callers before those who were called.</summary>
    public static IReadOnlyList<ZipkinSpan> Clean(IEnumerable<ZipkinSpan> spans)
    {
        var sorted = spans.OrderBy(span => span.Id, StringComparer.Ordinal)
            .ThenBy(span => span.IsShared ? 2 : span.Kind == ZipkinKind.Client ? 0 : 1)
            .ThenBy(span => span.Local is null ? 0 : 1)
            .ThenBy(span => span.Local?.ServiceName is null ? 1 : 0)
            .ThenBy(span => span.Local?.ServiceName, StringComparer.Ordinal)
            .ToList();
        var trace = sorted.Select(span => span.TraceId).FirstOrDefault(id => id.Length == 32) ?? sorted.Select(span => span.TraceId).FirstOrDefault() ?? "";
        var clean = new List<ZipkinSpan>();
        foreach (var piece in sorted)
        {
            var span = piece with { TraceId = trace };
            if (clean is [.., var last] && last.Id == span.Id)
            {
                if (last.IsShared == span.IsShared && IsSamePlace(last.Local, span.Local))
                {
                    clean[^1] = last.Merged(span);
                    continue;
                }

                span = span with
                {
                    IsShared = span.IsShared || (last.Kind == ZipkinKind.Client && span.Kind == ZipkinKind.Server),
                };
                span = span.IsShared ? span with { ParentId = span.ParentId ?? last.ParentId } : span;
            }

            clean.Add(span);
        }

        return clean;
    }

    private static bool IsSamePlace(ZipkinEndpoint? one, ZipkinEndpoint? other) =>
        one is null || other is null ||
        (Agrees(one.ServiceName, other.ServiceName) && Agrees(one.Ipv4, other.Ipv4) && Agrees(one.Ipv6, other.Ipv6) && (one.Port == 0 || other.Port == 0 || one.Port == other.Port));

    private static bool Agrees(string? one, string? other) => one is null || other is null || one == other;
}
