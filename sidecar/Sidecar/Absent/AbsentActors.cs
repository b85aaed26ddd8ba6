using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Http;
using Sidecar.Protos.Absent;

namespace Sidecar.Absent;

/// <summary>Actors need a placement service; without one Dapr says so to every call.</summary>
internal static class AbsentActors
{
    private const string Version = "v1.0";
    private const string Group = "actors";
    private const string Actor = "actors/{type}/{id}/";

    /// <summary>In the order of Dapr's service.</summary>
    private static readonly string[] GuardedMethods =
    [
        "RegisterActorTimer", "UnregisterActorTimer", "RegisterActorReminder", "UnregisterActorReminder", "UnregisterActorRemindersByType",
        "ListActorReminders", "GetActorState", "GetActorReminder", "ExecuteActorStateTransaction",
    ];

    public static IEnumerable<ApiRoute> Routes =>
    [
        new("POST PUT", Version, Actor + "state", Group, WriteAsync),
        new("GET", Version, Actor + "state/{key}", Group, Guarded),
        new("POST PUT", Version, Actor + "reminders/{name}", Group, WriteAsync),
        new("GET DELETE", Version, Actor + "reminders/{name}", Group, Guarded),
        new("POST PUT", Version, Actor + "timers/{name}", Group, WriteAsync),
        new("DELETE", Version, Actor + "timers/{name}", Group, Guarded),
        new("GET POST DELETE PUT", Version, Actor + "method/{method}", Group, _ => throw NoPlacement()),
    ];

    public static void Register(GrpcMethods methods)
    {
        foreach (var name in GuardedMethods)
        {
            methods.Unary<ActorRequest, Empty>(GrpcMethods.Dapr + name, ActorRequest.Parser, (request, _) => throw Refusal(request.ActorType));
        }

        methods.Unary<ActorRequest, Empty>(GrpcMethods.Dapr + "InvokeActor", ActorRequest.Parser, (_, _) => throw NoPlacement());
        methods.Streaming(
            GrpcMethods.Dapr + "SubscribeActorEventsAlpha1",
            _ => throw GrpcErrors.Of(GrpcCode.FailedPrecondition, "actor callback streaming requires a gRPC app channel"));
    }

    public static ApiException NoPlacement() => new(400, GrpcCode.Unavailable, "ERR_ACTOR_NO_PLACEMENT", "placement service is not configured");

    private static ValueTask Guarded(HttpCall call) => throw Refusal(call["type"]);

    private static async ValueTask WriteAsync(HttpCall call)
    {
        if (IsReserved(call["type"]))
        {
            throw Refusal(call["type"]);
        }

        await AbsentBodies.RequireJsonAsync(call);
        throw NoPlacement();
    }

    /// <summary>Actors of the workflow engine belong to it alone.</summary>
    private static bool IsReserved(string type) => type.StartsWith("dapr.internal.", StringComparison.Ordinal);

    private static ApiException Refusal(string type) => IsReserved(type)
        ? new(
            403,
            GrpcCode.PermissionDenied,
            "ERR_ACTOR_TYPE_RESERVED",
            $"actor type \"{type}\" is reserved for the Dapr workflow runtime; direct actor API access is not permitted")
        : NoPlacement();
}
