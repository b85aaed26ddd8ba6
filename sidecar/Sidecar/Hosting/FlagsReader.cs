using Sidecar.Components;

namespace Sidecar.Hosting;

/// <summary>
/// Takes a command line apart: --flag value, --flag=value, one dash or two; a flag of kind bool needs no value and takes one only
/// after an equals sign.
/// </summary>
internal static class FlagsReader
{
    public static FlagsValues Read(IReadOnlyList<string> arguments)
    {
        var values = new FlagsValues();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "-h")
            {
                values.Add("help", "true");
                continue;
            }

            if (argument.Length < 2 || argument[0] != '-' || argument == "--")
            {
                values.Problem(Stray(argument, i > 0 ? arguments[i - 1] : ""));
                continue;
            }

            var parts = argument[(argument[1] == '-' ? 2 : 1)..].Split('=', 2);
            var (name, given) = (parts[0], parts.Length == 2 ? parts[1] : null);
            if (FlagsTable.Find(name) is not { } flag)
            {
                values.Problem($"--{name} is no flag{Nearest.Hint(name, FlagsTable.All.Select(known => known.Name)).Replace("mean ", "mean --")}");
                i += given is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-') ? 1 : 0;
            }
            else if (given is not null || flag.Kind is FlagKind.Bool)
            {
                values.Add(name, given ?? "true");
            }
            else if (i + 1 < arguments.Count)
            {
                values.Add(name, arguments[++i]);
            }
            else
            {
                values.Problem($"--{name} needs a value");
            }
        }

        return values;
    }

    private static string Stray(string argument, string before) =>
        FlagsTable.Find(before.TrimStart('-'))?.Kind is FlagKind.Bool && argument.ToUpperInvariant() is "TRUE" or "FALSE"
            ? $"\"{argument}\" is no flag; write {before}={argument}"
            : $"\"{argument}\" is no flag";
}
