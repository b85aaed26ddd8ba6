using Microsoft.Extensions.Primitives;

namespace Sidecar.Invocation;

/// <summary>Header fields in the order in which they came. Names compare without case; the values of a name stay apart.</summary>
public sealed class HeaderFields(int capacity = 16)
{
    private readonly List<KeyValuePair<string, StringValues>> fields = new(capacity);

    public int Count => fields.Count;

    public KeyValuePair<string, StringValues> this[int index] => fields[index];

    public List<KeyValuePair<string, StringValues>>.Enumerator GetEnumerator() => fields.GetEnumerator();

    /// <summary>The first value; empty when there is none.</summary>
    public string First(string name) => IndexOf(name) is var index and >= 0 && fields[index].Value.Count > 0 ? fields[index].Value[0] ?? "" : "";

    public StringValues All(string name) => IndexOf(name) is var index and >= 0 ? fields[index].Value : StringValues.Empty;

    /// <summary>For a name that is known to be new.</summary>
    public void Append(string name, StringValues values) => fields.Add(new(name, values));

    /// <summary>Puts values behind those that the name has.</summary>
    public void Add(string name, StringValues values)
    {
        var index = IndexOf(name);
        if (index < 0)
        {
            Append(name, values);
        }
        else
        {
            fields[index] = new(fields[index].Key, StringValues.Concat(fields[index].Value, values));
        }
    }

    public void Set(string name, StringValues values)
    {
        var index = IndexOf(name);
        if (index < 0)
        {
            Append(name, values);
        }
        else
        {
            fields[index] = new(name, values);
        }
    }

    public void Remove(string name)
    {
        if (IndexOf(name) is var index and >= 0)
        {
            fields.RemoveAt(index);
        }
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Key.Length == name.Length && fields[i].Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
