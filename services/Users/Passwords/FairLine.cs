namespace Library.Users.Passwords;

/// <summary>
/// A line of so many places in which those who send much wait behind those who send little: each key has its turn in turn. In a full line the last of
/// whoever has most gives way to one who has fewer.
/// </summary>
internal sealed class FairLine<T>(int places)
{
    private readonly Dictionary<string, LinkedList<T>> _waiting = [];
    private readonly LinkedList<string> _turns = new();

    public int Count { get; private set; }

    /// <summary>False when there is no place; <paramref name="displaced"/> has lost its own.</summary>
    public bool TryEnter(string key, T item, out T? displaced)
    {
        displaced = default;
        if (Count >= places && !TryDisplace(_waiting.TryGetValue(key, out var mine) ? mine.Count + 1 : 1, out displaced))
        {
            return false;
        }

        if (!_waiting.TryGetValue(key, out var line))
        {
            _waiting[key] = line = new LinkedList<T>();
            _turns.AddLast(key);
        }

        line.AddLast(item);
        Count++;
        return true;
    }

    public bool TryNext(out T? item)
    {
        item = default;
        if (_turns.First is not { } turn)
        {
            return false;
        }

        var line = _waiting[turn.Value];
        item = line.First!.Value;
        line.RemoveFirst();
        Count--;
        _turns.RemoveFirst();
        if (line.Count > 0)
        {
            _turns.AddLast(turn);
        }
        else
        {
            _waiting.Remove(turn.Value);
        }

        return true;
    }

    private bool TryDisplace(int mine, out T? displaced)
    {
        displaced = default;
        var (key, most) = _waiting.MaxBy(line => line.Value.Count);
        if (most is null || most.Count <= mine)
        {
            return false;
        }

        displaced = most.Last!.Value;
        most.RemoveLast();
        Count--;
        if (most.Count == 0)
        {
            _waiting.Remove(key);
            _turns.Remove(key);
        }

        return true;
    }
}
