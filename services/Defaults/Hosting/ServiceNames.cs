namespace Library.Defaults.Hosting;

/// <summary>What the components and topics of a service are called, all made of its app id.</summary>
public sealed record ServiceNames(string AppId)
{
    public const string PubSub = "pubsub";

    public const string Secrets = "secrets";

    /// <summary>Passes on what clients want; what services ask of each other it may not ask.</summary>
    public const string Gateway = "gateway";

    public string Store => $"{AppId}-store";

    /// <summary>Of a query service: markers and parked messages, which a store of views cannot keep safely.</summary>
    public string Parked => $"{AppId}-parked";

    public string DeadLetters => $"{AppId}.parked";
}
