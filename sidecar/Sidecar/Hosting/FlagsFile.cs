using System.Text.Json;

namespace Sidecar.Hosting;

/// <summary>The file of --sidecars: a list of command lines, [["--app-id","a",…],…].</summary>
internal static class FlagsFile
{
    public static IReadOnlyList<IReadOnlyList<string>> Read(string file, FlagsValues values)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var sidecars = JsonSerializer.Deserialize<string[][]>(stream) ?? [];
            if (sidecars.Length == 0 || sidecars.Any(sidecar => sidecar is null || sidecar.Any(argument => argument is null)))
            {
                values.Problem($"--sidecars: {file} should hold a list of lists of flags, [[\"--app-id\",\"a\"],…], and at least one");
                return [];
            }

            if (sidecars.Any(sidecar => sidecar.Any(argument => argument.TrimStart('-').Split('=')[0] == "sidecars")))
            {
                values.Problem($"--sidecars: {file} may not name --sidecars itself");
                return [];
            }

            return sidecars;
        }
        catch (JsonException error)
        {
            values.Problem($"--sidecars: {file} is not valid at line {error.LineNumber + 1}: it should be [[\"--app-id\",\"a\",…],…]");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            values.Problem($"--sidecars: {error.Message}");
        }

        return [];
    }
}
