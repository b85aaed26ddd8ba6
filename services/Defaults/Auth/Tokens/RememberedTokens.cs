using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Auth.Tokens;

/// <summary>Tokens that were proved, by their hash. When there are too many, those go that nobody has shown since the last time there were.</summary>
internal sealed class RememberedTokens(IOptions<AuthOptions> options)
{
    private readonly Lock _gate = new();
    private volatile ConcurrentDictionary<TokenHash, Token> _newer = new();
    private volatile ConcurrentDictionary<TokenHash, Token> _older = new();
    private int _count;

    public int Count => _newer.Count + _older.Count;

    public Token? Find(TokenHash hash)
    {
        if (_newer.TryGetValue(hash, out var token))
        {
            return token;
        }

        if (_older.TryGetValue(hash, out token))
        {
            Add(hash, token);
        }

        return token;
    }

    public void Add(TokenHash hash, Token token)
    {
        var half = options.Value.MostRemembered / 2;
        if (half == 0 || !_newer.TryAdd(hash, token) || Interlocked.Increment(ref _count) < half)
        {
            return;
        }

        lock (_gate)
        {
            if (_count >= half)
            {
                (_older, _newer, _count) = (_newer, new(), 0);
            }
        }
    }
}
