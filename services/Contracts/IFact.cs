namespace Library.Contracts;

/// <summary>Says that something has happened to an aggregate, with all that the aggregate publishes: the newest fact alone is enough.</summary>
public interface IFact
{
    string Id { get; }

    /// <summary>Of the aggregate; it grows by one with every change, so consumers can tell older, equal and newer.</summary>
    long Version { get; }

    static abstract string Topic { get; }
}
