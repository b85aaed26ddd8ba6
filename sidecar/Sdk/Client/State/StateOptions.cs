namespace Dapr.Client;

/// <summary>How a write behaves.</summary>
public class StateOptions
{
    /// <summary>How many replicas must have it.</summary>
    public ConsistencyMode? Consistency { get; set; }

    /// <summary>Which of two writers wins.</summary>
    public ConcurrencyMode? Concurrency { get; set; }
}

/// <summary>How many replicas must have a write.</summary>
public enum ConsistencyMode
{
    /// <summary>One is enough.</summary>
    Eventual,

    /// <summary>All, or a majority.</summary>
    Strong,
}

/// <summary>Which of two writers wins.</summary>
public enum ConcurrencyMode
{
    /// <summary>The first; later ones must know its ETag.</summary>
    FirstWrite,

    /// <summary>The last.</summary>
    LastWrite,
}
