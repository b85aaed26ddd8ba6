namespace Sidecar.Components;

/// <summary>Which variables a component may read: none that only the sidecar should know, and of a list, when there is one, only those.</summary>
public static class EnvironmentReference
{
    private const string AllowedList = "DAPR_ENV_KEYS";

    public static bool IsAllowed(string variable, Func<string, string?> environment)
    {
        var name = variable.ToUpperInvariant();
        if (name.Length == 0 || name == "APP_API_TOKEN" || name.StartsWith("DAPR_", StringComparison.Ordinal) || name.Contains(' '))
        {
            return false;
        }

        var allowed = environment(AllowedList) ?? "";
        return allowed.Length == 0 || allowed.Split(' ').Contains(name);
    }
}
