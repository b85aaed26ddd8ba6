using Sidecar.Testing.Messages;

namespace Sidecar.Testing.Boundary;

/// <summary>The way from all instances of a service to their sidecar, and what is known of it.</summary>
internal sealed class Traffic(Faults faults, Ledger<SidecarCall> calls, Ledger<PublishedMessage> published, TestLog log, TimeProvider time) : IDisposable
{
    private Relay? http;
    private Relay? grpc;
    private int answered;
    private int underWay;

    /// <summary>The sidecar is at work for somebody.</summary>
    public bool IsBusy => Volatile.Read(ref underWay) > 0;

    public Relay Http => http ?? throw new InvalidOperationException("the sidecar has not started");

    public Relay Grpc => grpc ?? throw new InvalidOperationException("the sidecar has not started");

    public void Open(int httpPort, int grpcPort)
    {
        http = new Relay(new Uri($"http://127.0.0.1:{httpPort}"), isGrpc: false);
        grpc = new Relay(new Uri($"http://127.0.0.1:{grpcPort}"), isGrpc: true);
    }

    public Passage Begin(string service, CallRequest request)
    {
        var subject = request.IsGrpc ? GrpcSubject.Read(request.Target, request.Body.Span) : HttpSubject.Read(request);
        var call = calls.Add(place => new SidecarCall
        {
            Number = place + 1,
            Service = service,
            Name = subject.Name,
            Component = subject.Component,
            Topic = subject.Topic,
            Keys = subject.Keys,
            Writes = subject.Writes,
            IsGrpc = request.IsGrpc,
            Body = request.Body,
        });
        var fault = faults.Strike(call);
        if (fault is not null)
        {
            log.Disturb();
        }

        return new Passage(this, call, request, fault);
    }

    /// <summary>The sidecar does it and answers.</summary>
    public async Task<CallAnswer> DoAsync(SidecarCall call, CallRequest request, CancellationToken cancellation)
    {
        CallAnswer answer;
        Interlocked.Increment(ref underWay);
        try
        {
            answer = await (request.IsGrpc ? Grpc : Http).SendAsync(request, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }

        (call.Outcome, call.HasHappened, call.Order) = (answer.Word, answer.IsSuccess, Interlocked.Increment(ref answered));
        foreach (var message in PublishReader.Read(call, request, answer, time.GetUtcNow()))
        {
            published.Add(message);
        }

        return answer;
    }

    public void Tell(SidecarCall call, Fate fate, string? answer)
    {
        (call.Fate, call.Answer) = (fate, answer ?? call.Answer);
        calls.Touch();
    }

    public void Dispose()
    {
        http?.Dispose();
        grpc?.Dispose();
    }
}
