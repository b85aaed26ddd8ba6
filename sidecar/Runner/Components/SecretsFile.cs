using System.Security.Cryptography;
using System.Text.Json;
using Sidecar.Components;

namespace Runner.Components;

/// <summary>
/// The file of the local secret store, which only its owner can read. A secret comes from the environment; else from the file; else
/// it is where such a server usually is, or a password that nobody has used before.
/// </summary>
internal sealed class SecretsFile
{
    private const string Prefix = "LIBRARY_";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly Dictionary<string, string> Usual = new()
    {
        ["postgres-host"] = "localhost",
        ["postgres-port"] = "5432",
        ["redis-host"] = "localhost:6379",
        ["rabbitmq"] = "amqp://guest:guest@localhost:5672",
        ["mongodb"] = "mongodb://localhost:27017/?replicaSet=rs0",
    };

    private readonly string path;
    private readonly SortedDictionary<string, string> secrets;

    private SecretsFile(string path, SortedDictionary<string, string> secrets)
    {
        this.path = path;
        this.secrets = secrets;
    }

    public static string VariableOf(string secret) => Prefix + secret.Replace('-', '_').ToUpperInvariant();

    /// <summary>Throws an <see cref="InvalidDataException"/> when it is there and cannot be read; its words quote nothing.</summary>
    public static SecretsFile Open(string path)
    {
        if (!File.Exists(path))
        {
            return new SecretsFile(path, new(StringComparer.Ordinal));
        }

        try
        {
            return new SecretsFile(path, new(JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [], StringComparer.Ordinal));
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not a JSON object of texts, line {problem.LineNumber + 1}: mend it, or delete it to have it made again", problem);
        }
    }

    /// <summary>Makes sure that each of them has a value, and writes the file when that changed anything.</summary>
    public void Fill(IEnumerable<string> names, Func<string, string?> environment)
    {
        var changed = !File.Exists(path);
        foreach (var name in names)
        {
            var value = environment(VariableOf(name)) is { Length: > 0 } told ? told
                : secrets.TryGetValue(name, out var kept) && kept.Length > 0 ? kept
                : Usual.GetValueOrDefault(name) ?? RandomNumberGenerator.GetHexString(48, lowercase: true);
            changed |= secrets.GetValueOrDefault(name) != value;
            secrets[name] = value;
        }

        if (changed)
        {
            Write();
        }
    }

    /// <summary>Names of all secrets that the components ask of a store kept in this file.</summary>
    public static IEnumerable<string> Asked(IEnumerable<ComponentDefinition> components, string store) =>
        components.Where(component => component.SecretStore == store)
            .SelectMany(component => component.Settings)
            .Select(setting => setting.Secret?.Name)
            .OfType<string>()
            .Distinct();

    private void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(fresh, options))
        {
            JsonSerializer.Serialize(file, secrets, Indented);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
