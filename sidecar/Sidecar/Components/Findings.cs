namespace Sidecar.Components;

/// <summary>Something in a file that its author should know, in one sentence.</summary>
public sealed record ResourceProblem(string File, int Line, string Sentence)
{
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Sentence}" : $"{File}: {Sentence}";
}

/// <summary>All that reading files brings up: problems keep a sidecar from starting, notes do not.</summary>
public sealed class Findings
{
    private readonly List<ResourceProblem> problems = [];
    private readonly List<ResourceProblem> notes = [];

    public IReadOnlyList<ResourceProblem> Problems => InOrder(problems);

    public IReadOnlyList<ResourceProblem> Notes => InOrder(notes);

    public void Problem(string file, int line, string sentence) => problems.Add(new ResourceProblem(file, line, sentence));

    public void Note(string file, int line, string sentence) => notes.Add(new ResourceProblem(file, line, sentence));

    private static List<ResourceProblem> InOrder(List<ResourceProblem> findings) =>
        [.. findings.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line)];
}
