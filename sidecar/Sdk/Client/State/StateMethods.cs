using Dapr.Wire;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Client;

/// <summary>The state methods of the sidecar, and their options on the wire.</summary>
internal static class StateMethods
{
    public static readonly WireMethod<Protos.GetStateResponse> Get = new("/dapr.proto.runtime.v1.Dapr/GetState", Protos.GetStateResponse.Parser);
    public static readonly WireMethod<Protos.GetBulkStateResponse> GetBulk = new("/dapr.proto.runtime.v1.Dapr/GetBulkState", Protos.GetBulkStateResponse.Parser);
    public static readonly WireMethod<Empty> Save = new("/dapr.proto.runtime.v1.Dapr/SaveState", Empty.Parser);
    public static readonly WireMethod<Empty> Delete = new("/dapr.proto.runtime.v1.Dapr/DeleteState", Empty.Parser);
    public static readonly WireMethod<Empty> DeleteBulk = new("/dapr.proto.runtime.v1.Dapr/DeleteBulkState", Empty.Parser);
    public static readonly WireMethod<Empty> Transact = new("/dapr.proto.runtime.v1.Dapr/ExecuteStateTransaction", Empty.Parser);
    public static readonly WireMethod<Protos.QueryStateResponse> Query = new("/dapr.proto.runtime.v1.Dapr/QueryStateAlpha1", Protos.QueryStateResponse.Parser);

    public static Protos.StateOptions.Types.StateConsistency ConsistencyOf(ConsistencyMode? mode) => mode switch
    {
        ConsistencyMode.Eventual => Protos.StateOptions.Types.StateConsistency.ConsistencyEventual,
        ConsistencyMode.Strong => Protos.StateOptions.Types.StateConsistency.ConsistencyStrong,
        null => Protos.StateOptions.Types.StateConsistency.ConsistencyUnspecified,
        _ => throw new ArgumentException($"There is no consistency {mode}.", nameof(mode)),
    };

    public static Protos.StateOptions? OptionsOf(StateOptions? options) => options is null ? null : new Protos.StateOptions
    {
        Consistency = ConsistencyOf(options.Consistency),
        Concurrency = options.Concurrency switch
        {
            ConcurrencyMode.FirstWrite => Protos.StateOptions.Types.StateConcurrency.ConcurrencyFirstWrite,
            ConcurrencyMode.LastWrite => Protos.StateOptions.Types.StateConcurrency.ConcurrencyLastWrite,
            null => Protos.StateOptions.Types.StateConcurrency.ConcurrencyUnspecified,
            _ => throw new ArgumentException($"There is no concurrency {options.Concurrency}.", nameof(options)),
        },
    };
}
