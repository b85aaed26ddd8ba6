using System.Security.Cryptography;
using System.Text.Json;

namespace Runner.Components;

/// <summary>
/// The file of the local secret store, which only its owner can read. A secret comes from the environment; else from the file; else
/// it is where such a server usually is, or a password that nobody has used before.
/// </summary>
internal sealed class SecretsFile
{
    private const string Prefix = "LIBRARY_";
    private const string EasilyTyped = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int GroupsTyped = 5;
    private const int LettersOfGroup = 5;
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

    /// <summary>Makes sure that each of them has a value, and writes the file when that changed anything. Answers what was made and has to be shown.</summary>
    public IReadOnlyList<ShownSecret> Fill(IEnumerable<WantedSecret> wanted, Func<string, string?> environment)
    {
        var changed = !File.Exists(path);
        var made = new List<ShownSecret>();
        foreach (var (name, isShown) in wanted)
        {
            var value = environment(VariableOf(name)) is { Length: > 0 } told ? told
                : secrets.TryGetValue(name, out var kept) && kept.Length > 0 ? kept
                : Usual.GetValueOrDefault(name);
            if (value is null)
            {
                value = isShown ? Typable() : RandomNumberGenerator.GetHexString(64, lowercase: true);
                made.AddRange(isShown ? [new ShownSecret(name, value, path)] : []);
            }

            changed |= secrets.GetValueOrDefault(name) != value;
            secrets[name] = value;
        }

        if (changed)
        {
            Write();
        }

        return made;
    }

    /// <summary>No letter of it is taken for another one.</summary>
    private static string Typable() =>
        string.Join('-', Enumerable.Range(0, GroupsTyped).Select(_ => RandomNumberGenerator.GetString(EasilyTyped, LettersOfGroup)));

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
