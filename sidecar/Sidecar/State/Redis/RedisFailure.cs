namespace Sidecar.State.Redis;

/// <summary>An error that the server answered with, in its own words.</summary>
internal sealed class RedisErrorException(string message) : Exception(message)
{
    /// <summary>The server is there and reads its data.</summary>
    public bool IsLoading => Message.StartsWith("LOADING ", StringComparison.Ordinal);
}

/// <summary>No answer: the server cannot be reached, went away, or stays silent.</summary>
internal sealed class RedisConnectionException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The same call on a new connection may well succeed.</summary>
    public bool MayRetry { get; init; } = true;
}
