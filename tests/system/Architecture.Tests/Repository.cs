using System.Diagnostics;
using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>A folder of sources with its projects: the repository itself, or one that a test makes to see a rule turn red.</summary>
public sealed class Repository(string root)
{
    public static Repository Here { get; } = new(FindRoot());

    public string Root { get; } = root;

    /// <summary>Paths from the root, with slashes.</summary>
    public IEnumerable<string> Files(string folder, string pattern)
    {
        var start = Path.Combine(Root, folder);
        return !Directory.Exists(start)
            ? []
            : Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.StartsWith("artifacts/", StringComparison.Ordinal) && !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or ".git"));
    }

    public string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public IEnumerable<(string Project, string References)> References() =>
        from project in Files(".", "*.csproj").Select(path => path.TrimStart('.', '/'))
        from reference in XDocument.Parse(Text(project)).Descendants("ProjectReference")
        let target = Path.Combine(Path.GetDirectoryName(Path.Combine(Root, project))!, reference.Attribute("Include")!.Value.Replace('\\', '/'))
        select (project, Path.GetRelativePath(Root, Path.GetFullPath(target)).Replace('\\', '/'));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Library.Dapr.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new UnreachableException("The tests run inside the repository.");
    }
}
