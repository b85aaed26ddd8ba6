using Google.Protobuf;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>What is known of one gRPC call while it runs.</summary>
public sealed class GrpcWatch(string method, bool isStream, long started)
{
    public string Method { get; } = method;

    public bool IsStream { get; } = isStream;

    public long Started { get; } = started;

    public required string AppId { get; init; }

    /// <summary>Null when tracing is switched off.</summary>
    public Span? Span { get; init; }

    public string UserAgent { get; init; } = "";

    /// <summary>The call is passed on to an app, message by message.</summary>
    public bool IsProxied { get; init; }

    public long RequestSize { get; private set; }

    public long ResponseSize { get; private set; }

    /// <summary>The message of a unary call has arrived.</summary>
    public void Received(IMessage request)
    {
        RequestSize = request.CalculateSize();
        if (Span is { IsRecording: true } span)
        {
            GrpcSpanTags.Write(span, request, Method, AppId);
        }
    }

    /// <summary>The message of a unary call is the answer.</summary>
    public void Answered(IMessage response) => ResponseSize = response.CalculateSize();
}
