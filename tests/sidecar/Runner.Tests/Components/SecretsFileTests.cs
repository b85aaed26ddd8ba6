using System.Text.Json;
using Runner.Components;
using Sidecar.Components;

namespace Runner.Tests.Components;

public sealed class SecretsFileTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("secrets-").FullName;

    public void Dispose() => Directory.Delete(home, recursive: true);

    private string Secrets => Path.Combine(home, ".data", "secrets.json");

    [Fact]
    public void A_secret_comes_from_the_environment_then_from_the_file_then_from_what_is_usual()
    {
        SecretsFile.Open(Secrets).Fill(Wanted("rabbitmq", "postgres-port", "x-database"), name => name == "LIBRARY_POSTGRES_PORT" ? "5999" : null);
        var first = Read();
        Assert.Equal(("amqp://guest:guest@localhost:5672", "5999"), (first["rabbitmq"], first["postgres-port"]));
        Assert.Equal(64, first["x-database"].Length);

        SecretsFile.Open(Secrets).Fill(Wanted("rabbitmq", "postgres-port", "x-database", "y-database"), name => name == "LIBRARY_RABBITMQ" ? "amqp://other" : null);
        var second = Read();
        Assert.Equal(("amqp://other", "5999", first["x-database"]), (second["rabbitmq"], second["postgres-port"], second["x-database"]));
        Assert.NotEqual(second["x-database"], second["y-database"]);
    }

    [Fact]
    public void What_somebody_has_to_type_is_shown_when_it_is_made_and_never_again()
    {
        WantedSecret[] wanted = [new("admin-word", IsShown: true), new("key")];
        var shown = Assert.Single(SecretsFile.Open(Secrets).Fill(wanted, _ => null));
        Assert.Equal(("admin-word", Read()["admin-word"]), (shown.Name, shown.Value));
        Assert.Matches("^([a-hjkmnp-z2-9]{5}-){4}[a-hjkmnp-z2-9]{5}$", shown.Value);
        Assert.Contains("LIBRARY_ADMIN_WORD", $"{shown}", StringComparison.Ordinal);
        Assert.Empty(SecretsFile.Open(Secrets).Fill(wanted, _ => null));
        Assert.Equal(shown.Value, Read()["admin-word"]);
    }

    [Fact]
    public void What_somebody_chose_is_kept_and_not_shown()
    {
        Assert.Empty(SecretsFile.Open(Secrets).Fill([new("admin-word", IsShown: true)], name => name == "LIBRARY_ADMIN_WORD" ? "chosen" : null));
        Assert.Equal("chosen", Read()["admin-word"]);
        Assert.Empty(SecretsFile.Open(Secrets).Fill([new("admin-word", IsShown: true)], _ => null));
        Assert.Equal("chosen", Read()["admin-word"]);
    }

    [Fact]
    public void A_store_is_asked_for_what_components_refer_to_and_its_annotations_name()
    {
        var store = new ComponentDefinition("vault", "secretstores.local.file", "v1") { Annotations = new Dictionary<string, string> { ["run/made-secrets"] = "key, other", ["run/shown-secrets"] = "word" } };
        var user = new ComponentDefinition("db", "state.sqlite", "v1") { SecretStore = "vault", Settings = [new Setting("password", null) { Secret = new SecretReference("db", "db") }, new Setting("again", null) { Secret = new SecretReference("key", "key") }] };
        var stranger = user with { Name = "far", SecretStore = "elsewhere", Settings = [new Setting("password", null) { Secret = new SecretReference("far", "far") }] };
        Assert.Equal([new("word", IsShown: true), new("key"), new("other"), new("db")], WantedSecrets.Of([store, user, stranger], "vault"));
    }

    [Fact]
    public void Only_the_owner_reads_it()
    {
        SecretsFile.Open(Secrets).Fill(Wanted("rabbitmq"), _ => null);
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

    private static IEnumerable<WantedSecret> Wanted(params string[] names) => names.Select(name => new WantedSecret(name));

    private Dictionary<string, string> Read() => JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Secrets))!;
}
