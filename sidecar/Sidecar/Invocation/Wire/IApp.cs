using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation.Wire;

/// <summary>An app, whatever it speaks.</summary>
internal interface IApp : IDisposable
{
    /// <param name="span">What the call belongs to; null where nothing is traced.</param>
    ValueTask<InvokeAnswer> InvokeAsync(InvokeRequest request, Span? span, CancellationToken cancellation);
}

internal static class AppToken
{
    public const string Header = "dapr-api-token";
}
