namespace Library.Defaults.Projections;

/// <summary>A fact as the record of its topic.</summary>
internal sealed record ReadFact(string Topic, string Id, long Version, object Fact);

/// <summary>A fact that no projection can understand, now or later.</summary>
public sealed class UnreadableFactException : Exception
{
    public UnreadableFactException()
    {
    }

    public UnreadableFactException(string message)
        : base(message)
    {
    }

    public UnreadableFactException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
