using System.Globalization;
using System.Text.Json;
using Sidecar.Components;

namespace Sidecar.Secrets;

/// <summary>secretstores.local.file: a JSON file, read once. Nested names are joined, or with multiValued the first level are maps.</summary>
internal sealed class LocalFileSecretStore : ISecretStore
{
    private readonly string file;
    private readonly string separator;
    private Dictionary<string, IReadOnlyDictionary<string, string>> secrets = [];

    public LocalFileSecretStore(ComponentMetadata metadata)
    {
        file = metadata.String("secretsFile");
        separator = metadata.String("nestedSeparator", ":");
        MultipleKeyValuesPerSecret = metadata.Bool("multiValued");
        if (file.Length == 0)
        {
            metadata.Problem("missing local secrets file in metadata");
        }

        metadata.Check();
    }

    public bool MultipleKeyValuesPerSecret { get; }

    public async Task InitAsync(CancellationToken cancellation)
    {
        using var document = Parse(await ReadAsync(cancellation));
        var root = document.RootElement;
        if (root.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            throw new ComponentException($"{file} should hold a JSON object");
        }

        secrets = root.ValueKind == JsonValueKind.Null ? [] : MultipleKeyValuesPerSecret ? Maps(root) : Singles(root);
    }

    public ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
        secrets.TryGetValue(name, out var secret) ? new(secret) : throw new SecretException($"secret {name} not found");

    public ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
        new(secrets);

    private async Task<byte[]> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancellation);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ComponentException($"open {file}: no such file or directory");
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or IOException)
        {
            throw new ComponentException($"open {file}: {problem.Message}");
        }
    }

    /// <summary>The parser's own words may quote what it read, and that is secret.</summary>
    private JsonDocument Parse(byte[] json)
    {
        try
        {
            return JsonDocument.Parse(json.AsMemory().TrimStart("\uFEFF"u8));
        }
        catch (JsonException problem)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}");
            throw new ComponentException($"{file} is not valid JSON from {place} on");
        }
    }

    private Dictionary<string, IReadOnlyDictionary<string, string>> Singles(JsonElement root)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        Flatten("", root, flat);
        return flat.ToDictionary(
            secret => secret.Key,
            IReadOnlyDictionary<string, string> (secret) => new Dictionary<string, string>(StringComparer.Ordinal) { [secret.Key] = secret.Value },
            StringComparer.Ordinal);
    }

    /// <summary>Whatever is neither a text nor an object on the first level is left out.</summary>
    private Dictionary<string, IReadOnlyDictionary<string, string>> Maps(JsonElement root)
    {
        var maps = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Flatten("", property.Value, values);
                maps[property.Name] = values;
            }
            else if (property.Value.ValueKind == JsonValueKind.String)
            {
                values[property.Name] = property.Value.GetString()!;
                maps[property.Name] = values;
            }
        }

        return maps;
    }

    private void Flatten(string name, JsonElement value, Dictionary<string, string> flat)
    {
        var prefix = name.Length == 0 ? "" : name + separator;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Flatten(prefix + property.Name, property.Value, flat);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in value.EnumerateArray().Index())
                {
                    Flatten(prefix + index.ToString(CultureInfo.InvariantCulture), item, flat);
                }

                break;
            default:
                flat[name] = GoFormat.Text(value);
                break;
        }
    }
}
