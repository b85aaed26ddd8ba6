using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sidecar.Components;

/// <summary>One document of a file; <see cref="IsFirst"/> when nothing but comments comes before it.</summary>
public sealed record YamlDocument(YamlMap Root, bool IsFirst);

/// <summary>Splits a file into its documents, at lines that begin with three dashes, so that one bad document does not hide the others.</summary>
public static class YamlFile
{
    public static List<YamlDocument> Read(string file, string text, Findings findings)
    {
        var documents = new List<YamlDocument>();
        var isFirst = true;
        foreach (var (part, firstLine) in Split(text))
        {
            if (IsBlank(part))
            {
                continue;
            }

            if (ReadOne(file, part, firstLine, findings) is { } root)
            {
                documents.Add(new YamlDocument(root, isFirst));
            }

            isFirst = false;
        }

        return documents;
    }

    /// <summary>Null when it is not readable, or no mapping, which is among the findings then.</summary>
    public static YamlMap? ReadOne(string file, string text, int firstLine, Findings findings)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new MergingParser(new Parser(new StringReader(text))));
        }
        catch (YamlException error)
        {
            // What is missing at the end is reported behind the end.
            var line = Math.Clamp((int)error.Start.Line, 1, text.TrimEnd().Count(c => c == '\n') + 1);
            findings.Problem(file, firstLine + line - 1, $"this is not valid YAML: {error.GetBaseException().Message.Replace("  ", " ").TrimEnd('.')}");
            return null;
        }

        if (stream.Documents.Count == 0)
        {
            return null;
        }

        var root = stream.Documents[0].RootNode;
        if (root is YamlMappingNode map)
        {
            return new YamlMap(map, new YamlSource(file, firstLine - 1, findings), "");
        }

        findings.Note(file, firstLine + (int)root.Start.Line - 1, "this document is no mapping and is left out");
        return null;
    }

    private static IEnumerable<(string Part, int FirstLine)> Split(string text)
    {
        var start = 0;
        var firstLine = 1;
        var line = 1;
        for (var position = 0; position < text.Length; line++)
        {
            var end = text.IndexOf('\n', position);
            end = end < 0 ? text.Length : end + 1;
            if (line > 1 && text.AsSpan(position).StartsWith("---", StringComparison.Ordinal))
            {
                yield return (text[start..position], firstLine);
                start = end;
                firstLine = line + 1;
            }

            position = end;
        }

        yield return (text[start..], firstLine);
    }

    private static bool IsBlank(string part)
    {
        foreach (var line in part.AsSpan().EnumerateLines())
        {
            var content = line.Trim();
            if (!content.IsEmpty && content[0] != '#' && content is not "---" and not "...")
            {
                return false;
            }
        }

        return true;
    }
}
