using Sidecar.Components;

namespace Sidecar.Configuration;

/// <summary>Reads the files of --config one over the other.</summary>
public static class ConfigurationLoader
{
    public static SidecarConfiguration Load(IEnumerable<string> paths, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        var findings = new Findings();
        var reader = new ConfigurationReader();
        foreach (var path in paths)
        {
            if (!File.Exists(path))
            {
                findings.Problem(path, 0, Directory.Exists(path) ? "this configuration is a folder and should be a file" : "this configuration does not exist");
            }
            else if (ResourceFolders.ReadText(path, findings) is { } text
                && YamlFile.ReadOne(path, ShellVariables.Expand(text, environment), 1, findings) is { } root)
            {
                reader.Read(root);
            }
        }

        return reader.Build() with
        {
            Problems = findings.Problems,
            Notes = findings.Notes,
        };
    }
}
