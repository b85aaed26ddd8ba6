using System.Text.Json;
using Runner.Components;

namespace Runner.Tests.Components;

public sealed class SecretsFileTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("secrets-").FullName;

    public void Dispose() => Directory.Delete(home, recursive: true);

    private string Secrets => Path.Combine(home, ".data", "secrets.json");

    [Fact]
    public void A_secret_comes_from_the_environment_then_from_the_file_then_from_what_is_usual()
    {
        SecretsFile.Open(Secrets).Fill(["rabbitmq", "postgres-port", "x-database"], name => name == "LIBRARY_POSTGRES_PORT" ? "5999" : null);
        var first = Read();
        Assert.Equal(("amqp://guest:guest@localhost:5672", "5999"), (first["rabbitmq"], first["postgres-port"]));
        Assert.Equal(48, first["x-database"].Length);

        SecretsFile.Open(Secrets).Fill(["rabbitmq", "postgres-port", "x-database", "y-database"], name => name == "LIBRARY_RABBITMQ" ? "amqp://other" : null);
        var second = Read();
        Assert.Equal(("amqp://other", "5999", first["x-database"]), (second["rabbitmq"], second["postgres-port"], second["x-database"]));
        Assert.NotEqual(second["x-database"], second["y-database"]);
    }

    [Fact]
    public void Only_the_owner_reads_it()
    {
        SecretsFile.Open(Secrets).Fill(["rabbitmq"], _ => null);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Secrets));
        }
    }

    [Fact]
    public void A_broken_file_is_named_and_not_quoted()
    {
        SecretsFile.Open(Secrets).Fill([], _ => null);
        File.WriteAllText(Secrets, "{\"password\": topsecret}");
        var problem = Assert.Throws<InvalidDataException>(() => SecretsFile.Open(Secrets));
        Assert.Contains(Secrets, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", problem.Message, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Read() => JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Secrets))!;
}
