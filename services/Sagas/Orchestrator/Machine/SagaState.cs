using System.Text.Json.Serialization;

namespace Library.Sagas.Orchestrator.Machine;

/// <summary>There is no plain "failed": a saga that cannot go on says in which direction it is stuck.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SagaState>))]
public enum SagaState
{
    /// <summary>Accepted; its first step has not been ordered.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>A participant does not answer. Time may mend it; an operator may too.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("compensating")]
    Compensating,

    /// <summary>Undone, because a participant refused or time was up.</summary>
    [JsonStringEnumMemberName("compensated")]
    Compensated,

    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>A participant answered no where no cannot be, or cannot be understood: only an operator mends it.</summary>
    [JsonStringEnumMemberName("stuck")]
    Stuck,

    /// <summary>Undone, because an operator said so.</summary>
    [JsonStringEnumMemberName("aborted")]
    Aborted,
}

[JsonConverter(typeof(JsonStringEnumConverter<Direction>))]
public enum Direction
{
    [JsonStringEnumMemberName("forward")]
    Forward,

    [JsonStringEnumMemberName("back")]
    Back,
}

public static class SagaStates
{
    public static bool HasEnded(this SagaState state) => state is SagaState.Completed or SagaState.Compensated or SagaState.Aborted;
}
