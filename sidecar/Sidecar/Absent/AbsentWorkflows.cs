using Google.Protobuf.WellKnownTypes;
using Sidecar.Grpc;
using Sidecar.Http;

namespace Sidecar.Absent;

/// <summary>Workflows run on actors, so they lack the same service.</summary>
internal static class AbsentWorkflows
{
    private static readonly string[] Versions = ["v1.0", "v1.0-beta1", "v1.0-alpha1"];
    private static readonly string[] Posts = ["{name}/start", "{name}/pause", "{name}/resume", "{name}/terminate", "{name}/purge", "{name}/raiseEvent/{event}"];
    private static readonly string[] Methods = ["Start", "Get", "Purge", "Terminate", "Pause", "Resume", "RaiseEvent"];

    public static IEnumerable<ApiRoute> Routes =>
        from version in Versions
        from route in Posts.Select(path => ("POST", path)).Append(("GET", "{name}"))
        select new ApiRoute(route.Item1, version, "workflows/{component}/" + route.Item2, "workflows", _ => throw AbsentActors.NoPlacement());

    public static void Register(GrpcMethods methods)
    {
        foreach (var path in Methods.SelectMany(name => new[] { $"{name}WorkflowAlpha1", $"{name}WorkflowBeta1" }))
        {
            methods.Unary<Empty, Empty>(GrpcMethods.Dapr + path, Empty.Parser, (_, _) => throw AbsentActors.NoPlacement());
        }
    }
}
