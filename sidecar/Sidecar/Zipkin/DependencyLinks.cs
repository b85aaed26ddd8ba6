namespace Sidecar.Zipkin;

/// <summary>Who calls whom, and how often that failed.</summary>
internal sealed record DependencyLink(string Parent, string Child, long CallCount, long ErrorCount);

/// <summary>Counts calls between services along the trees of traces.</summary>
internal sealed class DependencyLinks
{
    private readonly Dictionary<(string Parent, string Child), (long Calls, long Errors)> counts = [];

    public IReadOnlyList<DependencyLink> All => [.. counts.Select(link => new DependencyLink(link.Key.Parent, link.Key.Child, link.Value.Calls, link.Value.Errors))];

    public void Add(IEnumerable<ZipkinSpan> trace)
    {
        var root = SpanTree.Of(SpanMerge.Clean(trace));
        foreach (var node in root.All())
        {
            Add(node, isRoot: node == root);
        }
    }

    private void Add(SpanTree node, bool isRoot)
    {
        var span = node.Span!;
        var (here, there) = (span.Local?.ServiceName, span.Remote?.ServiceName);

        // What it called has a span of its own and knows better who it is.
        if (span.Kind == ZipkinKind.Client && node.Children.Count > 0)
        {
            return;
        }

        var kind = span.Kind ?? (here is not null && there is not null ? ZipkinKind.Client : null);
        var isError = span.Tags.ContainsKey("error");
        var serves = kind is ZipkinKind.Server or ZipkinKind.Consumer;
        var (parent, child) = serves ? (there, here) : (here, there);
        if (kind is null || (serves && isRoot && parent is null))
        {
            return;
        }

        if (kind is ZipkinKind.Client or ZipkinKind.Server && Caller(node) is { Local.ServiceName: { } above } caller)
        {
            // Some write the name of whom they call where theirs should be.
            if (kind == ZipkinKind.Client && here is not null && above != here)
            {
                Count(above, here, isError: false);
            }

            parent = kind == ZipkinKind.Server ? above : parent ?? above;
            isError |= caller.Kind == ZipkinKind.Client && span.ParentId == caller.Id && caller.Tags.ContainsKey("error");
        }

        if (parent is not null && child is not null)
        {
            Count(parent, child, isError);
        }
    }

    /// <summary>The nearest above that knows itself to be one side of a call.</summary>
    private static ZipkinSpan? Caller(SpanTree node)
    {
        var above = node.Parent;
        while (above is not null && above.Span?.Kind is null)
        {
            above = above.Parent;
        }

        return above?.Span;
    }

    private void Count(string parent, string child, bool isError)
    {
        var (calls, errors) = counts.GetValueOrDefault((parent, child));
        counts[(parent, child)] = (calls + 1, errors + (isError ? 1 : 0));
    }
}
