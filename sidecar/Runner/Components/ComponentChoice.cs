using Runner.Template;

namespace Runner.Components;

/// <summary>Which component files a run uses.</summary>
internal static class ComponentChoice
{
    public const string Canonical = "canonical";
    private const string Usual = "embedded";

    /// <summary>
    /// A folder or the name of one beside the run file's own; "canonical" stands for what the run file says, and so does nothing
    /// when there is no set named embedded. Null with a problem when there is no such set.
    /// </summary>
    public static RunFile? Apply(RunFile file, string? choice, out string? problem)
    {
        problem = null;
        var sets = Path.Combine(file.Folder, "components");
        if (choice == Canonical || (choice is null && !Directory.Exists(Path.Combine(sets, Usual))))
        {
            return file;
        }

        var folder = new[] { Path.GetFullPath(choice ?? Usual), Path.Combine(sets, choice ?? Usual) }.Skip(choice is null ? 1 : 0).FirstOrDefault(Directory.Exists);
        if (folder is not null)
        {
            return file with { Apps = [.. file.Apps.Select(app => app with { ResourcesPaths = [folder] })] };
        }

        string[] known = Directory.Exists(sets) ? [.. Directory.GetDirectories(sets).Where(HasComponents).Select(set => Path.GetFileName(set)).Append(Canonical).Order(StringComparer.Ordinal)] : [];
        problem = $"there is no set of components \"{choice}\": name a folder, or one of {string.Join(", ", known)}";
        return null;
    }

    private static bool HasComponents(string folder) =>
        Directory.EnumerateFiles(folder, "*.yaml").Any(file => File.ReadLines(file).Contains("kind: Component"));
}
