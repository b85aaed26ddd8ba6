namespace Sidecar.Hosting;

/// <summary>A sidecar that cannot start: everything that has to be mended, a sentence each.</summary>
public sealed class StartException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public StartException(string problem)
        : this([problem])
    {
    }

    public IReadOnlyList<string> Problems { get; } = problems;
}
