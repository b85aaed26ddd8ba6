using System.Globalization;

namespace Dapr.Workflow.Versioning;

/// <summary>Three numbers, perhaps a preview, perhaps a build that does not count.</summary>
internal readonly record struct SemanticVersion(int Major, int Minor, int Patch, string Preview, bool HasBuild)
{
    public static bool TryParse(string text, out SemanticVersion version)
    {
        version = default;
        var build = text.Split('+', 2);
        var preview = build[0].Split('-', 2);
        var core = preview[0].Split('.');
        if (core.Length != 3 || !Number(core[0], out var major) || !Number(core[1], out var minor) || !Number(core[2], out var patch))
        {
            return false;
        }

        version = new SemanticVersion(major, minor, patch, preview.Length == 2 ? preview[1] : "", build.Length == 2);
        return true;
    }

    public static int Order(SemanticVersion one, SemanticVersion other)
    {
        var core = (one.Major, one.Minor, one.Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (core != 0 || one.Preview == other.Preview)
        {
            return core;
        }

        // A preview comes before what it is a preview of.
        return one.Preview.Length == 0 ? 1 : other.Preview.Length == 0 ? -1 : ComparePreviews(one.Preview.Split('.'), other.Preview.Split('.'));
    }

    private static int ComparePreviews(string[] ours, string[] theirs)
    {
        for (var at = 0; at < Math.Min(ours.Length, theirs.Length); at++)
        {
            var isNumber = Number(ours[at], out var number);
            var isOtherNumber = Number(theirs[at], out var other);
            var order = (isNumber, isOtherNumber) switch
            {
                (true, true) => number.CompareTo(other),
                (true, false) => -1,
                (false, true) => 1,
                _ => StringComparer.Ordinal.Compare(ours[at], theirs[at]),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return ours.Length.CompareTo(theirs.Length);
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
