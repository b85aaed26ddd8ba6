using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>What the layout promises, each rule as the list of places that break it.</summary>
public static partial class Rules
{
    public static IEnumerable<string> ForbiddenArrows(Repository repository) =>
        from arrow in repository.References()
        let reason = Forbidden(arrow.Project, arrow.References)
        where reason is not null
        select $"{arrow.Project} -> {arrow.References}: {reason}";

    public static IEnumerable<string> LongFiles(Repository repository) =>
        from limit in new[] { ("sidecar", 300), ("services", 300), ("tests", 500) }
        from path in repository.Files(limit.Item1, "*.cs")
        let lines = repository.Text(path).Count(c => c == '\n')
        where lines > limit.Item2
        select $"{path}: {lines} lines, the limit is {limit.Item2}";

    /// <summary>Only the edges of a service may name the SDK; its domain and use cases may not.</summary>
    public static IEnumerable<string> SdkInTheWrongPlace(Repository repository) =>
        from path in repository.Files("services", "*.cs")
        where !MayNameTheSdk(path) && SdkNamespace().IsMatch(repository.Text(path))
        select $"{path} names a Dapr namespace";

    public static IEnumerable<string> LibraryWordsInTheTool(Repository repository) =>
        from path in repository.Files("sidecar", "*.cs")
        where LibraryWord().IsMatch(repository.Text(path))
        select $"{path} speaks of the library's domain";

    public static IEnumerable<string> LeftBehind(Repository repository) =>
        from folder in new[] { "sidecar", "services", "tests" }
        from path in repository.Files(folder, "*.cs")
        where !path.EndsWith("Architecture.Tests/Rules.cs", StringComparison.Ordinal) && Unfinished().IsMatch(repository.Text(path))
        select $"{path} holds something unfinished";

    /// <summary>Each suppression stands below a line that says why.</summary>
    public static IEnumerable<string> SuppressionsWithoutAReason(Repository repository) =>
        from path in repository.Files(".", ".editorconfig").Select(path => path.TrimStart('/')).Append(".editorconfig").Distinct()
        from problem in Unexplained(path, repository.Text(path).Split('\n'))
        select problem;

    private static string? Forbidden(string project, string target)
    {
        if (target.StartsWith("tests/", StringComparison.Ordinal) && !project.StartsWith("tests/", StringComparison.Ordinal))
        {
            return "nothing depends on tests";
        }

        if (project.StartsWith("sidecar/", StringComparison.Ordinal))
        {
            return target.StartsWith("services/", StringComparison.Ordinal) ? "the tool knows no library"
                : project.StartsWith("sidecar/Sdk/", StringComparison.Ordinal) && target.StartsWith("sidecar/Sidecar/", StringComparison.Ordinal) ? "the SDK talks to any sidecar"
                : null;
        }

        return project.StartsWith("services/", StringComparison.Ordinal) ? ForbiddenToService(project, target) : null;
    }

    private static string? ForbiddenToService(string project, string target)
    {
        if (target.StartsWith("sidecar/Sidecar/", StringComparison.Ordinal))
        {
            return "services talk to their sidecar over the wire";
        }

        var (from, to) = (Context(project), Context(target));
        return from switch
        {
            "Contracts" => "Contracts depends on nothing",
            "Sagas" when to is not ("Defaults" or "Sdk") => "Sagas knows Defaults and no service",
            "Defaults" when to is not ("Contracts" or "Sdk") => "Defaults knows no service",
            _ when to is "Contracts" or "Defaults" or "Sagas" or "Sdk" => null,
            _ => "services never reference each other",
        };
    }

    private static string Context(string path) => path.Split('/') is [_, var context, ..] ? context : path;

    private static bool MayNameTheSdk(string path)
    {
        var file = path.Split('/')[^1];
        return path.StartsWith("services/Defaults/", StringComparison.Ordinal) || path.StartsWith("services/Sagas/", StringComparison.Ordinal) ||
            path.StartsWith("services/Coordinator/", StringComparison.Ordinal) || file == "Program.cs" ||
            file.EndsWith("Endpoints.cs", StringComparison.Ordinal) || file.EndsWith("Store.cs", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Unexplained(string path, string[] lines)
    {
        for (var i = 1; i < lines.Length; i++)
        {
            var explained = lines[i - 1].StartsWith('#') || IsSuppression(lines[i - 1]);
            if (IsSuppression(lines[i]) && !explained)
            {
                yield return $"{path}:{i + 1} turns a rule off without a reason above it";
            }
        }
    }

    private static bool IsSuppression(string line) => line.StartsWith("dotnet_diagnostic.", StringComparison.Ordinal) && !line.EndsWith("= warning", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(using|namespace)\s+Dapr\b|\bDapr\.(Client|AspNetCore|Workflow)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SdkNamespace();

    [GeneratedRegex(@"\b(Librarian|Lending|Loan|Borrow\w*|Voucher\w*|DoorAccess)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LibraryWord();

    [GeneratedRegex(@"\b(TODO|HACK|FIXME|XXX)\b|NotImplementedException", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();
}
