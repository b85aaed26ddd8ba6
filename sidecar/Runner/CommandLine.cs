using Sidecar.Components;

namespace Runner;

internal enum Intent
{
    Run,
    Doctor,
    Prepare,
    Help,
}

/// <summary>What the user typed after ./run.</summary>
internal sealed record CommandLine(Intent Intent)
{
    private static readonly string[] Words = ["doctor", "prepare", "help", "--components", "--only", "--fresh", "--file", "--sql", "--help"];

    public string File { get; init; } = "dapr.yaml";

    /// <summary>A folder, or the name of a set beside the file; null for the usual one.</summary>
    public string? Components { get; init; }

    /// <summary>Empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public bool Fresh { get; init; }

    /// <summary>Print how databases are made instead of making them.</summary>
    public bool Sql { get; init; }

    public IReadOnlyList<string> Problems { get; init; } = [];

    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var line = new CommandLine(Intent.Run);
        var problems = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (option, given) = Split(arguments[i]);
            switch (option)
            {
                case "doctor" or "prepare" or "help" when line.Intent is Intent.Run:
                    line = line with { Intent = Enum.Parse<Intent>(option, ignoreCase: true) };
                    break;
                case "--components":
                    line = line with { Components = Value() };
                    break;
                case "--only":
                    line = line with { Only = [.. line.Only, .. Value().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)] };
                    break;
                case "--file" or "-f":
                    line = line with { File = Value() };
                    break;
                case "--fresh" when line.Intent is Intent.Run:
                    line = line with { Fresh = true };
                    break;
                case "--sql" when line.Intent is Intent.Prepare:
                    line = line with { Sql = true };
                    break;
                case "--help" or "-h":
                    line = line with { Intent = Intent.Help };
                    break;
                default:
                    problems.Add($"{arguments[i]} makes no sense here{Nearest.Hint(option, Words)}; ./run --help says what does");
                    break;
            }

            string Value()
            {
                var value = given ?? (i + 1 < arguments.Count ? arguments[++i] : "");
                if (value.Length == 0)
                {
                    problems.Add($"{option} needs a value");
                }

                return value;
            }
        }

        return line with { Problems = problems };
    }

    private static (string Option, string? Value) Split(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=') is > 0 and var at ? (argument[..at], argument[(at + 1)..]) : (argument, null);
}
