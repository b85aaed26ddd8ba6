using Sidecar.Components;

namespace Runner.Components;

/// <summary>A secret that has to be there before anything starts. One that is shown is told to the user when it is made, and then never again.</summary>
internal sealed record WantedSecret(string Name, bool IsShown = false);

/// <summary>A secret that was made just now and that somebody has to type one day.</summary>
internal sealed record ShownSecret(string Name, string Value, string Path)
{
    public override string ToString() => $"made {Name}: {Value} (shown this once, kept in {Path}; {SecretsFile.VariableOf(Name)} chooses another)";
}

/// <summary>Which secrets a store has to hold: those that components refer to, and those that its annotations name because apps ask for them.</summary>
internal static class WantedSecrets
{
    private const string Made = "run/made-secrets";
    private const string Shown = "run/shown-secrets";
    private static readonly char[] Separators = [',', ' ', '\n'];

    public static IReadOnlyList<WantedSecret> Of(IEnumerable<ComponentDefinition> components, string store)
    {
        var all = components.ToList();
        var annotations = all.Find(component => component.Name == store)?.Annotations;
        var asked = all.Where(component => component.SecretStore == store)
            .SelectMany(component => component.Settings)
            .Select(setting => setting.Secret?.Name)
            .OfType<string>();
        return
        [
            .. Names(annotations, Shown).Select(name => new WantedSecret(name, IsShown: true))
                .Concat(Names(annotations, Made).Concat(asked).Select(name => new WantedSecret(name)))
                .DistinctBy(secret => secret.Name),
        ];
    }

    private static string[] Names(IReadOnlyDictionary<string, string>? annotations, string key) =>
        annotations?.GetValueOrDefault(key)?.Split(Separators, StringSplitOptions.RemoveEmptyEntries) ?? [];
}
