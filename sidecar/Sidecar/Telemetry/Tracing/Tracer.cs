using System.Runtime.InteropServices;

namespace Sidecar.Telemetry.Tracing;

/// <summary>
/// Makes the spans of one sidecar. Switched off (rate 0) it makes none; with neither exporter nor rate it passes on what came in;
/// otherwise each span has an identity of its own, and is recorded when its trace is sampled and somebody exports it.
/// </summary>
public sealed class Tracer : IAsyncDisposable
{
    private const string DaprScope = "dapr-diagnostics";
    private static readonly AsyncLocal<Span?> Running = new();
    private readonly IReadOnlyList<SpanBatcher> batchers;
    private readonly Sampler sampler;
    private readonly bool makesSpans;

    public Tracer(TracingSettings settings, IReadOnlyList<SpanBatcher> batchers, TimeProvider time)
    {
        this.batchers = batchers;
        Time = time;
        sampler = Sampler.Parse(settings.SamplingRate);
        IsEnabled = !sampler.IsOff;
        makesSpans = batchers.Count > 0 || settings.SamplingRate.Length > 0;
    }

    /// <summary>False when the sampling rate is 0: then trace headers mean nothing to the sidecar's own APIs.</summary>
    public bool IsEnabled { get; }

    internal TimeProvider Time { get; }

    /// <summary>The span that the running call belongs to; null when there is none and none would be written anywhere.</summary>
    public Span? Current => IsEnabled ? Running.Value ?? (makesSpans ? null : Span.Empty) : null;

    /// <summary>For log lines, whichever sidecar the call belongs to.</summary>
    internal static Span? CurrentOfAny => Running.Value;

    /// <summary>Null when tracing is switched off.</summary>
    public Span? Start(string name, SpanKind kind, in TraceContext parent, string scope = DaprScope)
    {
        if (!IsEnabled)
        {
            return null;
        }

        return makesSpans ? Make(name, kind, parent, scope) : PassOn(parent);
    }

    /// <summary>
    /// One message of a bulk publish. Each has an identity of its own, even where a rate of 0 switches all other spans off.
    /// </summary>
    public Span StartMessage(string name, Span? parent)
    {
        var context = parent?.Context ?? default;
        return makesSpans ? Make(name, SpanKind.Producer, context, DaprScope) : PassOn(context);
    }

    /// <summary>Whether a trace that goes on here is recorded anywhere.</summary>
    public bool Records(in TraceContext context) => IsEnabled && batchers.Count > 0 && context is { IsValid: true, IsSampled: true };

    /// <summary>Writes down a span that is over. One without an identity of its own gets one.</summary>
    public void Record(FinishedSpan told)
    {
        var span = new Span(this, told.Context.SpanId != 0 ? told : told with { Context = told.Context with { SpanId = RandomId() } });
        foreach (var (key, value) in told.Tags)
        {
            span.Tag(key, value);
        }

        Ended(span);
    }

    /// <summary>Makes the span the current one of the calling async method and of all that it calls.</summary>
    public static void Enter(Span? span)
    {
        if (span is not null && !ReferenceEquals(span, Span.Empty))
        {
            Running.Value = span;
        }
    }

    /// <summary>Sends what is still waiting.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var batcher in batchers)
        {
            await batcher.DisposeAsync();
        }
    }

    internal void Ended(Span span)
    {
        foreach (var batcher in batchers)
        {
            batcher.Add(span);
        }
    }

    private static Span PassOn(in TraceContext parent) => parent.IsValid ? new Span(parent) : Span.Empty;

    private Span Make(string name, SpanKind kind, in TraceContext parent, string scope)
    {
        var traceId = parent.TraceId != UInt128.Zero ? parent.TraceId : new UInt128(RandomId(), RandomId());
        var sampled = parent.IsValid ? parent.IsSampled : sampler.Takes(traceId);
        var context = new TraceContext(traceId, RandomId(), parent.Flags, parent.State).WithSampled(sampled);
        return sampled && batchers.Count > 0 ? new Span(this, name, kind, scope, context, parent.SpanId) : new Span(context);
    }

    /// <summary>Never zero, which would be no identity.</summary>
    private static ulong RandomId()
    {
        ulong id = 0;
        while (id == 0)
        {
            Random.Shared.NextBytes(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref id, 1)));
        }

        return id;
    }
}
