namespace Library.Defaults.Auth.Keys;

/// <summary>Ids of keys that the issuer does not have, each for a minute. Of too many all are forgotten: that costs the issuer a question more, no more.</summary>
internal sealed class UnknownKeys(TimeProvider time)
{
    private const int Most = 1000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _since = [];

    public bool Contains(string kid)
    {
        lock (_gate)
        {
            return _since.TryGetValue(kid, out var since) && time.GetElapsedTime(since) < Remembered;
        }
    }

    public void Add(string kid)
    {
        lock (_gate)
        {
            if (_since.Count >= Most)
            {
                _since.Clear();
            }

            _since[kid] = time.GetTimestamp();
        }
    }
}
