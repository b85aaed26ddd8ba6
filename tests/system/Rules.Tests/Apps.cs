using System.Reflection;
using System.Text.RegularExpressions;

namespace Rules.Tests;

/// <summary>The services of dapr.yaml.</summary>
internal static partial class Apps
{
    public static string Root { get; } = FindRoot();

    /// <summary>App ids with the assemblies that they run; one that this project does not refer to cannot be walked, which fails the walk.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = App().Matches(File.ReadAllText(Path.Combine(Root, "dapr.yaml")))
        .ToDictionary(match => match.Groups["id"].Value, match => match.Groups["assembly"].Value);

    /// <summary>The class that a service's Program.cs makes; any class of the assembly would do to start it.</summary>
    public static Type ProgramOf(string app) => Assembly.Load(All[app]).GetType("Program", throwOnError: true)!;

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Library.Dapr.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    [GeneratedRegex(@"appID: (?<id>\S+)(.|\n)*?/(?<assembly>Library\.[\w.]+)\.dll", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex App();
}
