namespace Sidecar.Components;

/// <summary>The documents of the YAML files in some folders, in the order of their names; folders inside are not looked into.</summary>
public static class ResourceFolders
{
    private const int LargestFile = 4 * 1024 * 1024;

    public static IEnumerable<YamlDocument> Read(IEnumerable<string> folders, Findings findings)
    {
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                findings.Problem(folder, 0, File.Exists(folder) ? "this resources path is a file and should be a folder" : "this resources path does not exist");
                continue;
            }

            foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            {
                if (Path.GetExtension(file).ToUpperInvariant() is not (".YAML" or ".YML"))
                {
                    findings.Note(file, 0, "this is no YAML file and is left out");
                }
                else if (ReadText(file, findings) is { } text)
                {
                    foreach (var document in YamlFile.Read(file, text, findings))
                    {
                        yield return document;
                    }
                }
            }
        }
    }

    public static string? ReadText(string file, Findings findings)
    {
        try
        {
            if (new FileInfo(file).Length <= LargestFile)
            {
                return File.ReadAllText(file);
            }

            findings.Problem(file, 0, $"this file is larger than {LargestFile} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            findings.Problem(file, 0, $"this file cannot be read: {error.Message}");
        }

        return null;
    }
}
