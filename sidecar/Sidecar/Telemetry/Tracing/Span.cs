namespace Sidecar.Telemetry.Tracing;

public enum SpanKind
{
    Internal = 1,
    Server = 2,
    Client = 3,
    Producer = 4,
    Consumer = 5,
}

/// <summary>
/// A stretch of work in a trace. One that is not recorded only carries its context on: what it is told costs nothing. Used by one
/// request at a time, and by nobody after its end.
/// </summary>
public sealed class Span
{
    private readonly Tracer? tracer;
    private readonly long startTimestamp;
    private List<KeyValuePair<string, string>>? tags;
    private string? traceparent;
    private bool isEnded;

    internal Span(TraceContext context) => Context = context;

    internal Span(Tracer tracer, string name, SpanKind kind, string scope, TraceContext context, ulong parentSpanId)
    {
        this.tracer = tracer;
        Name = name;
        Kind = kind;
        Scope = scope;
        Context = context;
        ParentSpanId = parentSpanId;
        StartTime = tracer.Time.GetUtcNow();
        startTimestamp = tracer.Time.GetTimestamp();
    }

    /// <summary>One that was over before it was told: its identity was given out earlier.</summary>
    internal Span(Tracer tracer, FinishedSpan told)
        : this(tracer, told.Name, told.Kind, told.Scope, told.Context, told.ParentSpanId)
    {
        StartTime = told.Start;
        Duration = told.End > told.Start ? told.End - told.Start : TimeSpan.Zero;
        Events = told.Events;
        Error = told.Error;
        isEnded = true;
    }

    /// <summary>Where nothing is traced and nobody sent a trace.</summary>
    internal static Span Empty { get; } = new(default(TraceContext));

    public TraceContext Context { get; }

    /// <summary>For the traceparent header; all zeros when there is no trace.</summary>
    public string Traceparent => traceparent ??= Context.IsValid ? Context.ToTraceparent() : TraceContext.EmptyTraceparent;

    /// <summary>For the tracestate header; null when there is nothing to send.</summary>
    public string? Tracestate => Context.State is { Length: <= TraceState.LongestSent } state ? state : null;

    public bool IsRecording => tracer is not null;

    public string Name { get; set; } = "";

    public SpanKind Kind { get; }

    /// <summary>Who made the span: the name of the instrumentation.</summary>
    public string Scope { get; } = "";

    public ulong ParentSpanId { get; }

    public DateTimeOffset StartTime { get; }

    public TimeSpan Duration { get; private set; }

    /// <summary>What went wrong; null when nothing is known to have.</summary>
    public string? Error { get; private set; }

    public IReadOnlyList<KeyValuePair<string, string>> Tags => tags ?? [];

    /// <summary>What happened meanwhile.</summary>
    public IReadOnlyList<SpanEvent> Events { get; } = [];

    /// <summary>The last one of a key stays; empty values say nothing.</summary>
    public void Tag(string key, string? value)
    {
        if (tracer is null || string.IsNullOrEmpty(value))
        {
            return;
        }

        tags ??= new List<KeyValuePair<string, string>>(12);
        for (var i = 0; i < tags.Count; i++)
        {
            if (tags[i].Key == key)
            {
                tags[i] = new(key, value);
                return;
            }
        }

        tags.Add(new(key, value));
    }

    public void Fail(string error) => Error = error;

    /// <summary>Ends with this status of HTTP; from 400 on it failed.</summary>
    public void EndHttp(int status)
    {
        if (tracer is not null && status >= 400)
        {
            Fail(HttpStatusText.Of(status));
        }

        End();
    }

    /// <summary>Ends with this code of gRPC; any but OK failed.</summary>
    public void EndGrpc(Errors.GrpcCode code, string message)
    {
        if (code != Errors.GrpcCode.Ok)
        {
            Fail(message);
        }

        End();
    }

    public void End()
    {
        if (tracer is null || isEnded)
        {
            return;
        }

        isEnded = true;
        Duration = tracer.Time.GetElapsedTime(startTimestamp);
        tracer.Ended(this);
    }
}
