using Sidecar.Http;

namespace Sidecar.Hosting;

public sealed class ShutdownHttp(Shutdown shutdown)
{
    public IEnumerable<ApiRoute> Routes => [new("POST", "v1.0", "shutdown", "shutdown", ShutdownAsync)];

    private ValueTask ShutdownAsync(HttpCall call)
    {
        shutdown.Request(call.Context.Request.Headers[Shutdown.ForceHeader].ToString());
        call.Empty();
        return ValueTask.CompletedTask;
    }
}
