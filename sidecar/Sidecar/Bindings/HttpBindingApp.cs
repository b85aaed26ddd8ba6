using System.Net;
using System.Text;
using Sidecar.Invocation;
using Sidecar.Resiliency;
using Sidecar.State;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Bindings;

/// <summary>Asks an app that speaks HTTP whether it wants a binding's events, and gives it those.</summary>
internal sealed class HttpBindingApp(AppChannel channel, ResiliencyPolicies policies, Tracer tracer, int bodyLimit) : IBindingApp
{
    private const string Json = "application/json";
    private readonly BindingSpans spans = new(tracer);

    public async Task<bool> WantsAsync(InputBinding binding, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Options, binding.Route, default, span: null);
        try
        {
            using var answer = await channel.SendAsync(request, cancellation);
            return answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.MethodNotAllowed;
        }
        catch (Exception problem)
        {
            var words = problem is OperationCanceledException ? "context deadline exceeded" : problem.Message;
            throw new BindingException($"could not invoke OPTIONS method on input binding subscription endpoint {GoInteger.Quote(binding.Route)}: {words}", problem);
        }
    }

    /// <summary>Only 200 satisfies the policy; any other 2xx is enough once it has given up.</summary>
    public async ValueTask DeliverAsync(InputBinding binding, BindingEvent @event, CancellationToken cancellation)
    {
        var span = spans.Start(binding, @event, $"POST /{binding.Name}");
        try
        {
            await policies.ComponentInbound(binding.Name, ComponentKind.Binding).RunAsync(
                token => SendAsync(binding, @event, span, token),
                cancellation);
            span?.EndHttp((int)HttpStatusCode.OK);
        }
        catch (Refusal refusal)
        {
            span?.EndHttp(refusal.Status);
            if (refusal.Status is < 200 or > 299)
            {
                throw new BindingException($"fails to send binding event to http app channel, status code: {refusal.Status} body: {refusal.Body}", refusal);
            }
        }
        catch (Exception problem)
        {
            span?.Fail("failed");
            span?.End();
            throw new BindingException($"error invoking app: {problem.Message}", problem);
        }
    }

    private async ValueTask<bool> SendAsync(InputBinding binding, BindingEvent @event, Span? span, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Post, binding.Route, @event.Data, span);
        foreach (var (name, value) in @event.Metadata)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await channel.SendAsync(request, cancellation);
        return answer.StatusCode == HttpStatusCode.OK ? true : throw new Refusal((int)answer.StatusCode, await ReadAsync(answer, cancellation));
    }

    private HttpRequestMessage Request(HttpMethod method, string route, ReadOnlyMemory<byte> body, Span? span)
    {
        var request = new HttpRequestMessage(method, new Uri(channel.Address, MethodPath.Clean("/" + route))) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", Json);
        request.Headers.TryAddWithoutValidation("traceparent", span?.Traceparent ?? TraceContext.EmptyTraceparent);
        if (span?.Tracestate is { } state)
        {
            request.Headers.TryAddWithoutValidation("tracestate", state);
        }

        return request;
    }

    private async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        await answer.Content.LoadIntoBufferAsync(bodyLimit, cancellation);
        return Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellation));
    }

    private sealed class Refusal(int status, string body)
        : AppStatusException(status, $"error sending binding event to application, status {status}")
    {
        public string Body => body;
    }
}
