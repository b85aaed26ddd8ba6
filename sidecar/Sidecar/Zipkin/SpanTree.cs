namespace Sidecar.Zipkin;

/// <summary>A span and those that it caused. Without a span it holds together what has lost its root.</summary>
internal sealed class SpanTree(ZipkinSpan? span)
{
    private readonly List<SpanTree> children = [];

    public ZipkinSpan? Span => span;

    public SpanTree? Parent { get; private set; }

    public IReadOnlyList<SpanTree> Children => children;

    /// <summary>Of the cleaned spans of one trace. What knows no parent, or one that is missing, hangs on the first root.</summary>
    public static SpanTree Of(IReadOnlyList<ZipkinSpan> spans)
    {
        var nodes = spans.Select(one => new SpanTree(one)).ToList();
        var root = nodes.Find(node => node.Span!.ParentId is null && !node.Span.IsShared) ?? new SpanTree(null);
        var callers = nodes.Where(node => !node.Span!.IsShared).GroupBy(node => node.Span!.Id).ToDictionary(group => group.Key, group => group.First());
        var called = nodes.Where(node => node.Span!.IsShared).ToLookup(node => node.Span!.Id);
        foreach (var node in nodes.Where(node => node != root).OrderBy(node => node.Span!.Timestamp))
        {
            var parent = node.ParentAmong(callers, called) ?? root;
            (node.children.Count > 0 && parent.IsBelow(node) ? root : parent).Adopt(node);
        }

        return root;
    }

    /// <summary>It and all below, those nearer to it first.</summary>
    public IEnumerable<SpanTree> All()
    {
        var waiting = new Queue<SpanTree>(span is null ? children : [this]);
        while (waiting.TryDequeue(out var node))
        {
            yield return node;
            node.children.ForEach(waiting.Enqueue);
        }
    }

    private SpanTree? ParentAmong(Dictionary<string, SpanTree> callers, ILookup<string, SpanTree> called) =>
        span!.IsShared ? callers.GetValueOrDefault(span.Id) ?? (span.ParentId is { } above ? callers.GetValueOrDefault(above) : null)
        : span.ParentId is not { } parent ? null
        : called[parent].FirstOrDefault(node => node.Span!.Local == span.Local) ?? callers.GetValueOrDefault(parent) ?? called[parent].FirstOrDefault();

    /// <summary>Spans that name each other as parents would make a ring.</summary>
    private bool IsBelow(SpanTree node)
    {
        for (var above = this; above is not null; above = above.Parent)
        {
            if (above == node)
            {
                return true;
            }
        }

        return false;
    }

    private void Adopt(SpanTree child)
    {
        children.Add(child);
        child.Parent = this;
    }
}
