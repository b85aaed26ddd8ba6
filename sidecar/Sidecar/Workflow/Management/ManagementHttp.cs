using System.Text;
using Sidecar.Http;
using Sidecar.Json;

namespace Sidecar.Workflow.Management;

/// <summary>The management API over HTTP. The component in the path is not looked at; bodies are passed on as text.</summary>
internal sealed class ManagementHttp(WorkflowManagement management)
{
    private static readonly string[] Versions = ["v1.0", "v1.0-beta1", "v1.0-alpha1"];
    private static readonly Dictionary<string, string> NoOptions = [];
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    public IEnumerable<ApiRoute> Routes =>
        from version in Versions
        from route in new (string Verb, string Path, ApiHandler Handler)[]
        {
            ("POST", "{id}/start", StartAsync), ("GET", "{id}", GetAsync), ("POST", "{id}/raiseEvent/{event}", RaiseAsync), ("POST", "{id}/pause", call => ToldAsync(call, management.PauseAsync)),
            ("POST", "{id}/resume", call => ToldAsync(call, management.ResumeAsync)), ("POST", "{id}/terminate", call => ToldAsync(call, management.TerminateAsync)),
            ("POST", "{id}/purge", call => ToldAsync(call, management.PurgeAsync)),
        }
        select new ApiRoute(route.Verb, version, "workflows/{component}/" + route.Path, "workflows", route.Handler);

    private async ValueTask StartAsync(HttpCall call)
    {
        var input = await BodyAsync(call);
        var id = await management.StartAsync(call.Query("instanceID"), call["id"], input, NoOptions, call.Cancellation);
        var json = new GoJsonWriter();
        json.BeginObject();
        json.Property("instanceID", id);
        json.EndObject();
        await call.Json(json.Written, 202);
    }

    private async ValueTask GetAsync(HttpCall call)
    {
        var instance = await management.GetAsync(call["id"], call.Cancellation) ?? throw ManagementErrors.Unknown(call["id"]);
        var json = new GoJsonWriter();
        json.BeginObject();
        json.Property("instanceID", instance.InstanceId);
        if (instance.Name.Length > 0)
        {
            json.Property("workflowName", instance.Name);
        }

        json.Property("createdAt", InstanceDescription.Text(instance.CreatedAt));
        json.Property("lastUpdatedAt", InstanceDescription.Text(instance.LastUpdatedAt));
        json.Property("runtimeStatus", instance.Status);
        if (instance.Properties is { Count: > 0 } properties)
        {
            json.Name("properties");
            json.Map(properties);
        }

        json.EndObject();
        await call.Json(json.Written);
    }

    private async ValueTask RaiseAsync(HttpCall call)
    {
        var input = await BodyAsync(call);
        await management.RaiseAsync(call["id"], call["event"], input, call.Cancellation);
        await call.Json(Nothing, 202);
    }

    private static async ValueTask ToldAsync(HttpCall call, Func<string, CancellationToken, Task> tell)
    {
        await tell(call["id"], call.Cancellation);
        await call.Json(Nothing, 202);
    }

    private static async ValueTask<string> BodyAsync(HttpCall call) => Encoding.UTF8.GetString((await call.ReadBodyAsync()).Span);
}
