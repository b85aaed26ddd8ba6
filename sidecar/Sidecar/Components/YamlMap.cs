using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Sidecar.Components;

/// <summary>Where a piece of YAML stands and who hears about it.</summary>
public sealed record YamlSource(string File, int LinesBefore, Findings Findings);

/// <summary>
/// A mapping read by the names that Dapr knows. A value of the wrong kind is a problem, a name that nobody asked for is worth a
/// note (<see cref="NoteUnknown"/>). Names count exactly first, then without case, as Go reads JSON.
/// </summary>
public sealed class YamlMap(YamlMappingNode node, YamlSource source, string path)
{
    private readonly HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);

    public string File => source.File;

    public string Path => path;

    public int Line => LineOf(node);

    /// <summary>File and line, for messages.</summary>
    public string Place => $"{File}:{Line}";

    public IEnumerable<(string Key, YamlNode Value)> Entries => node.Children.Select(entry => (KeyOf(entry.Key), entry.Value));

    public bool Has(string key) => Find(key) is not null;

    public int LineOf(string key) => Find(key) is { } value ? LineOf(value) : Line;

    public void Problem(string sentence, string? key = null) => source.Findings.Problem(File, key is null ? Line : LineOf(key), sentence);

    public void Note(string sentence, string? key = null) => source.Findings.Note(File, key is null ? Line : LineOf(key), sentence);

    /// <summary>The name of a key as a reader of the file would write it: spec.metadata.</summary>
    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public string? Text(string key) => Scalar(key, "text")?.Text;

    public string Text(string key, string fallback) => Text(key) ?? fallback;

    public string RequiredText(string key)
    {
        var text = Text(key) ?? "";
        if (text.Length == 0 && Find(key) is null or YamlScalarNode)
        {
            Problem($"{PathOf(key)} is missing", key);
        }

        return text;
    }

    public bool? Bool(string key)
    {
        if (Scalar(key, "true or false") is not { } scalar)
        {
            return null;
        }

        return scalar.Kind is YamlKind.Bool ? scalar.Text == "true" : Wrong<bool>(key, scalar.Text, "true or false, without quotes");
    }

    public int? Whole(string key)
    {
        if (Scalar(key, "a whole number") is not { } scalar)
        {
            return null;
        }

        return scalar.Kind is YamlKind.Whole && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : Wrong<int>(key, scalar.Text, "a whole number, without quotes");
    }

    /// <summary>A Go duration; a number without a unit counts <paramref name="bareUnit"/>s, where one is allowed.</summary>
    public TimeSpan? Duration(string key, TimeSpan? bareUnit = null)
    {
        if (Scalar(key, "a duration") is not { } scalar)
        {
            return null;
        }

        return GoDuration.TryParse(scalar.Text, bareUnit, out var duration) ? duration : Wrong<TimeSpan>(key, scalar.Text, "a duration such as 500ms, 20s or 1h30m");
    }

    public YamlMap? Map(string key)
    {
        switch (Find(key))
        {
            case YamlMappingNode map:
                return new YamlMap(map, source, PathOf(key));
            case { } other when !IsNull(other):
                Problem($"{PathOf(key)} should be a mapping", key);
                return null;
            default:
                return null;
        }
    }

    public IReadOnlyList<YamlMap> Maps(string key)
    {
        var maps = new List<YamlMap>();
        foreach (var (item, index) in Items(key))
        {
            if (item is YamlMappingNode map)
            {
                maps.Add(new YamlMap(map, source, $"{PathOf(key)}[{index}]"));
            }
            else
            {
                source.Findings.Problem(File, LineOf(item), $"{PathOf(key)}[{index}] should be a mapping");
            }
        }

        return maps;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        foreach (var (item, index) in Items(key))
        {
            if (item is YamlScalarNode scalar)
            {
                texts.Add(YamlScalar.Of(scalar).Text);
            }
            else
            {
                source.Findings.Problem(File, LineOf(item), $"{PathOf(key)}[{index}] should be text");
            }
        }

        return texts;
    }

    public IReadOnlyList<int> Wholes(string key)
    {
        var numbers = new List<int>();
        foreach (var (item, index) in Items(key))
        {
            if (item is YamlScalarNode scalar && YamlScalar.Of(scalar) is { Kind: YamlKind.Whole } value && int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
            else
            {
                source.Findings.Problem(File, LineOf(item), $"{PathOf(key)}[{index}] should be a whole number");
            }
        }

        return numbers;
    }

    public YamlNode? Node(string key) => Find(key);

    /// <summary>Says which names of this mapping nobody knows, and what they may have been meant to be.</summary>
    public void NoteUnknown(params ReadOnlySpan<string> alsoKnown)
    {
        foreach (var name in alsoKnown)
        {
            asked.Add(name);
        }

        foreach (var (key, value) in Entries)
        {
            if (!asked.Contains(key))
            {
                source.Findings.Note(File, LineOf(value), $"{PathOf(key)} means nothing to Dapr{Nearest.Hint(key, asked)}");
            }
        }
    }

    private List<(YamlNode Item, int Index)> Items(string key)
    {
        switch (Find(key))
        {
            case YamlSequenceNode sequence:
                return [.. sequence.Children.Select((item, index) => (item, index))];
            case { } other when !IsNull(other):
                Problem($"{PathOf(key)} should be a list", key);
                return [];
            default:
                return [];
        }
    }

    private YamlScalar? Scalar(string key, string wanted)
    {
        switch (Find(key))
        {
            case YamlScalarNode scalar when YamlScalar.Of(scalar) is { Kind: not YamlKind.Null } value:
                return value;
            case YamlMappingNode or YamlSequenceNode:
                Problem($"{PathOf(key)} should be {wanted}", key);
                return null;
            default:
                return null;
        }
    }

    private T? Wrong<T>(string key, string text, string wanted)
        where T : struct
    {
        Problem($"{PathOf(key)} is \"{text}\" and should be {wanted}", key);
        return null;
    }

    private YamlNode? Find(string key)
    {
        asked.Add(key);
        YamlNode? near = null;
        foreach (var (name, value) in Entries)
        {
            if (name == key)
            {
                return value;
            }

            near ??= string.Equals(name, key, StringComparison.OrdinalIgnoreCase) ? value : null;
        }

        return near;
    }

    private int LineOf(YamlNode at) => source.LinesBefore + (int)at.Start.Line;

    private static bool IsNull(YamlNode value) => value is YamlScalarNode scalar && YamlScalar.Of(scalar).Kind is YamlKind.Null;

    private static string KeyOf(YamlNode key) => key is YamlScalarNode scalar ? scalar.Value ?? "" : key.ToString();
}
