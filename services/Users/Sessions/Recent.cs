using System.Diagnostics.CodeAnalysis;

namespace Library.Users.Sessions;

/// <summary>Values by key, so many at most: when there are too many, those go that nobody has touched since the last time there were.</summary>
internal sealed class Recent<T>(int most)
    where T : class
{
    private Dictionary<string, T> _newer = [];
    private Dictionary<string, T> _older = [];

    public bool TryFind(string key, [NotNullWhen(true)] out T? value)
    {
        if (_newer.TryGetValue(key, out value))
        {
            return true;
        }

        if (_older.TryGetValue(key, out value))
        {
            Put(key, value);
            return true;
        }

        return false;
    }

    public void Put(string key, T value)
    {
        _newer[key] = value;
        if (_newer.Count > most / 2)
        {
            (_older, _newer) = (_newer, []);
        }
    }

    public void Remove(string key)
    {
        _newer.Remove(key);
        _older.Remove(key);
    }
}
