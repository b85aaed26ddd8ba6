using System.Collections.Concurrent;
using Library.Contracts.Users;
using Library.Defaults.Auth.Tokens;

namespace Library.Defaults.Auth.Sessions;

/// <summary>What a process knows of ended sessions.</summary>
internal sealed class EndedSessions
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ofOne = new();
    private readonly ConcurrentDictionary<string, SessionsEnded[]> _ofUser = new();

    public int Count => _ofOne.Count + _ofUser.Count;

    public void Add(SessionsEnded ended)
    {
        if (ended.SessionId is { } session)
        {
            _ofOne[session] = ended.Until;
        }

        if (ended.IssuedBefore is not null)
        {
            _ofUser.AddOrUpdate(ended.UserId, [ended], (_, known) => known.Contains(ended) ? known : [.. known, ended]);
        }
    }

    /// <summary>A token that tells its time in whole seconds counts as issued at their beginning: rather one login too many than a session too long.</summary>
    public bool Contains(Token token) =>
        _ofOne.ContainsKey(token.Id) ||
        (_ofUser.TryGetValue(token.Caller.UserId, out var ended) && Array.Exists(ended, one => token.IssuedAt < one.IssuedBefore && token.Id != one.ExceptSessionId));

    public void Forget(DateTimeOffset before)
    {
        foreach (var (session, _) in _ofOne.Where(one => one.Value < before))
        {
            _ofOne.TryRemove(session, out _);
        }

        foreach (var (user, ended) in _ofUser)
        {
            SessionsEnded[] left = [.. ended.Where(one => one.Until >= before)];
            if (left.Length == 0)
            {
                _ofUser.TryRemove(KeyValuePair.Create(user, ended));
            }
            else if (left.Length < ended.Length)
            {
                _ofUser.TryUpdate(user, left, ended);
            }
        }
    }
}
