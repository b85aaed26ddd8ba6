namespace Library.Defaults.Rebuild;

/// <summary>Another process builds this generation now, or nobody is to build it any more.</summary>
public sealed class BuildLostException : Exception
{
    public BuildLostException()
    {
    }

    public BuildLostException(string message)
        : base(message)
    {
    }

    public BuildLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
