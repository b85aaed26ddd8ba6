using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sidecar.Components;

namespace Sidecar.Hosting;

/// <summary>The flags that were given, read by what they should be. What makes no sense is a problem and counts as not given.</summary>
internal sealed class FlagsValues
{
    private readonly Dictionary<string, List<string>> given = [];
    private readonly List<string> problems = [];
    private readonly List<string> notes = [];

    public IReadOnlyList<string> Problems => problems;

    public IReadOnlyList<string> Notes => notes;

    public IEnumerable<string> Names => given.Keys;

    public void Add(string name, string value)
    {
        if (!given.TryGetValue(name, out var values))
        {
            given[name] = values = [];
        }

        values.Add(value);
    }

    public void Problem(string sentence) => problems.Add(sentence);

    public void Note(string sentence) => notes.Add(sentence);

    public bool Has(string name) => given.ContainsKey(name);

    public string? Last(string name) => given.TryGetValue(name, out var values) ? values[^1] : null;

    public string Text(string name, string fallback) => Last(name) ?? fallback;

    public bool IsSet(string name) => Bool(name) == true;

    public bool? Bool(string name) => Last(name) switch
    {
        null => null,
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        var other => Wrong<bool>(name, other, "true or false"),
    };

    public int? Whole(string name) => Last(name) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var other => Wrong<int>(name, other, "a whole number"),
    };

    /// <summary>Empty is not given.</summary>
    public int? Port(string name) => Last(name) switch
    {
        null or "" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort => port,
        var other => Wrong<int>(name, other, $"a port from 0 to {IPEndPoint.MaxPort}"),
    };

    public TimeSpan? Duration(string name) => Last(name) switch
    {
        null => null,
        var text when GoDuration.TryParse(text, bareUnit: null, out var duration) => duration,
        var other => Wrong<TimeSpan>(name, other, "a duration such as 500ms, 20s or 1h30m"),
    };

    public long? Size(string name) => Last(name) switch
    {
        null => null,
        var text when FlagsSize.TryParse(text, out var bytes) => bytes,
        var other => Wrong<long>(name, other, "a size such as 4Mi, 512Ki, 16M or a number of bytes"),
    };

    public IReadOnlyList<string> List(string name) =>
        given.TryGetValue(name, out var values) ? [.. values.SelectMany(value => value.Split(',')).Select(value => value.Trim('"'))] : [];

    public IPAddress? Address(string name) => Last(name) is { } text ? Address(name, text) : null;

    public IReadOnlyList<IPAddress>? Addresses(string name) =>
        Has(name) ? [.. List(name).Select(text => Address(name, text.Trim())).OfType<IPAddress>()] : null;

    /// <summary>No text is every address, as for Go.</summary>
    private IPAddress? Address(string name, string text)
    {
        if (text.Length == 0)
        {
            return IPAddress.IPv6Any;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        try
        {
            var all = Dns.GetHostAddresses(text);
            return Array.Find(all, one => one.AddressFamily is AddressFamily.InterNetwork) ?? all[0];
        }
        catch (SocketException)
        {
            problems.Add($"--{name} is \"{text}\" and should be an address of this machine, such as 127.0.0.1 or 0.0.0.0");
            return null;
        }
    }

    private T? Wrong<T>(string name, string text, string wanted)
        where T : struct
    {
        problems.Add($"--{name} is \"{text}\" and should be {wanted}");
        return null;
    }
}
