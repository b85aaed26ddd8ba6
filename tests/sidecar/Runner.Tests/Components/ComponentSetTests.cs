using System.Text.RegularExpressions;
using Runner.Components;
using Runner.Databases;
using Runner.Template;
using Sidecar.Components;
using Sidecar.Resiliency;

namespace Runner.Tests.Components;

/// <summary>What is true of every set in components/.</summary>
public sealed partial class ComponentSetTests : IDisposable
{
    private static readonly string[] CommandClass = ["state.postgresql", "state.sqlite"];
    private readonly string home = Directory.CreateTempSubdirectory("sets-").FullName;

    public static TheoryData<string> Sets => ["canonical", "embedded", "postgres", "postgres-redis"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public void Every_set_is_known_here() => Assert.Equal(
        Sets.Select(set => set.Data).Order(StringComparer.Ordinal),
        Directory.GetDirectories(Path.Combine(Checkout.Root, "components")).Select(set => Path.GetFileName(set)).Where(set => set != "configuration").Append("canonical").Order(StringComparer.Ordinal));

    [Fact]
    public void Configurations_of_sidecars_differ_by_their_names_and_the_secrets_they_allow_alone()
    {
        static bool IsTheirOwn(string line) => line.StartsWith('#') || line.StartsWith("allowedSecrets: ", StringComparison.Ordinal);
        var files = Directory.GetFiles(Path.Combine(Checkout.Root, "components", "configuration"));
        Assert.True(files.Length > 1);
        Assert.Single(files.Select(file => string.Join('\n', System.IO.File.ReadLines(file).Select(line => line.Trim()).Where(line => !IsTheirOwn(line)))
            .Replace($"name: {Path.GetFileNameWithoutExtension(file)}\n", "name: its own\n", StringComparison.Ordinal)).Distinct());
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task It_is_read_without_fault_and_loses_no_message(string set)
    {
        var chosen = await ReadAsync(set);
        Assert.Empty(chosen.Problems);
        Assert.Contains(chosen.Components, component => component.Name == "pubsub");
        Assert.Contains(chosen.Components, component => component.Name == "secrets");
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_sidecar_overlooks_nothing_in_it(string set)
    {
        foreach (var app in File(set).Apps)
        {
            var notes = ResourceLoader.Load(app.ResourcesPaths, app.Id, "").Notes;
            Assert.All(notes, note => Assert.Contains("state.mongodb is known to daprd and not here yet", note.Sentence, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Every_service_has_a_database_of_its_own(string set)
    {
        var chosen = await ReadAsync(set);
        var stores = chosen.Components.Where(component => ComponentTypes.Category(component.Type) == "state").ToList();
        Assert.All(stores, store => Assert.Single(store.Scopes));
        Assert.All(stores, store => Assert.StartsWith(store.Scopes[0] + "-", store.Name, StringComparison.Ordinal));
        var databases = stores.Select(store => (App: store.Scopes[0], Where: Where(store))).Distinct().ToList();
        Assert.Equal(databases.Count, databases.Select(database => database.Where).Distinct().Count());
        var owners = ServerList.Of(chosen.Components).OfType<PostgresDatabase>().GroupBy(database => database.Database).Select(group => group.Select(database => database.User).Distinct());
        Assert.All(owners, users => Assert.Single(users));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task What_needs_transactions_is_on_a_store_that_has_them(string set)
    {
        var chosen = await ReadAsync(set);
        Assert.All(
            chosen.Components.Where(component => !component.Name.EndsWith("-query-store", StringComparison.Ordinal) && ComponentTypes.Category(component.Type) == "state"),
            component => Assert.Contains(component.Type, CommandClass));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Workflows_are_kept_in_one_store_and_by_the_coordinator_alone(string set)
    {
        var chosen = await ReadAsync(set);
        var store = Assert.Single(chosen.Components, component => component.Metadata.Values.ContainsKey("actorStateStore"));
        Assert.Equal(("coordinator-store", "coordinator", "true"), (store.Name, Assert.Single(store.Scopes), store.Metadata.String("actorStateStore")));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void It_names_the_same_things_as_the_others(string set)
    {
        Assert.Equal(Names("canonical"), Names(set));
        foreach (var common in new[] { "resiliency.yaml", "secrets.yaml" })
        {
            Assert.Equal(Text("canonical", common), Text(set, common));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Each_file_holds_one_resource_and_is_named_after_it(string set)
    {
        foreach (var path in Directory.GetFiles(FolderOf(set), "*.yaml"))
        {
            var text = System.IO.File.ReadAllText(path);
            Assert.DoesNotMatch(@"(?m)^---", text);
            Assert.Equal(Path.GetFileNameWithoutExtension(path), NamePattern().Match(text).Groups["name"].Value);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void An_app_s_503_is_repeated_without_end_and_nothing_else_is(string set)
    {
        var policies = ResourceLoader.Load([FolderOf(set)], "reader-query", "").Resiliencies;
        var inbound = Assert.Single(policies).Components["pubsub"].Inbound;
        var rule = policies[0].Retries[inbound.Retry];
        Assert.Equal((false, -1), (rule.IsExponential, rule.MaxRetries));
        Assert.Equal([503], Enumerable.Range(100, 500).Where(rule.Matching.Match));
    }

    [Theory]
    [InlineData("canonical", "deletedWhenUnused", "\"false\"")]
    [InlineData("postgres", "publisherConfirm", "\"true\"")]
    [InlineData("postgres", "deliveryMode", "\"2\"")]
    [InlineData("postgres-redis", "requeueInFailure", "\"true\"")]
    [InlineData("postgres-redis", "prefetchCount", "to 10 for instance")]
    public async Task A_setting_that_keeps_messages_may_not_be_missing(string set, string setting, string advice)
    {
        foreach (var path in Directory.GetFiles(FolderOf(set), "*.yaml"))
        {
            System.IO.File.WriteAllText(Path.Combine(home, Path.GetFileName(path)), Regex.Replace(System.IO.File.ReadAllText(path), $@"  - name: {setting}\n    value: .*\n", "", RegexOptions.None, TimeSpan.FromSeconds(1)));
        }

        var file = File(set) with { Apps = [.. File(set).Apps.Select(app => app with { ResourcesPaths = [home] })] };
        var problem = Assert.Single((await ChosenComponents.ReadAsync(file, _ => null, Cancellation)).Problems);
        Assert.Contains("pubsub.yaml:", problem, StringComparison.Ordinal);
        Assert.Contains($"{setting} should be ", problem, StringComparison.Ordinal);
        Assert.Contains(advice, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_set_is_refused_with_those_that_there_are()
    {
        Assert.Null(ComponentChoice.Apply(Here, "postgress", out var problem));
        Assert.Equal("there is no set of components \"postgress\": name a folder, or one of canonical, embedded, postgres, postgres-redis", problem);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task A_set_that_the_bundled_sidecar_cannot_serve_is_refused_with_what_to_do(string set)
    {
        var refusals = (await ReadAsync(set)).ForDaprdAlone.ToList();
        Assert.Equal(set == "canonical", refusals.Count > 0);
        Assert.All(refusals, refusal => Assert.Contains("reader-query-store: state.mongodb is served by daprd", refusal.Problem, StringComparison.Ordinal));
        Assert.All(refusals, refusal => Assert.Contains("dapr run -f .", refusal.Mend, StringComparison.Ordinal));
    }

    [Fact]
    public void The_usual_set_needs_no_server() =>
        Assert.Equal(FolderOf("embedded"), Assert.Single(ComponentChoice.Apply(Here, null, out _)!.Apps.SelectMany(app => app.ResourcesPaths).Distinct()));

    private async Task<ChosenComponents> ReadAsync(string set) => await ChosenComponents.ReadAsync(File(set), _ => null, Cancellation);

    /// <summary>The run file as if it stood in a folder of the test, so that no secret of the repository is written.</summary>
    private RunFile File(string set)
    {
        var file = ComponentChoice.Apply(Here, set, out _)!;
        return file with { Path = Path.Combine(home, "dapr.yaml") };
    }

    private static RunFile Here => RunFileReader.Read(Checkout.Root, new Findings())!;

    private static string FolderOf(string set) => Path.Combine(Checkout.Root, "components", set == "canonical" ? "" : set).TrimEnd('/');

    private static string Text(string set, string file) => System.IO.File.ReadAllText(Path.Combine(FolderOf(set), file));

    private static IEnumerable<string> Names(string set) => Directory.GetFiles(FolderOf(set), "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static string Where(ComponentSpec store) => ComponentTypes.FactoryOf(store.Type, store.Version) switch
    {
        Factory.StateSqlite => $"file {store.Metadata.String("connectionString")} of {store.Scopes[0]}",
        Factory.StateRedis => $"redis {store.Metadata.String("redisDB")}",
        _ => $"{store.Type} {store.Metadata.String("database", store.Metadata.String("databaseName"))}",
    };

    [GeneratedRegex(@"(?m)^metadata:\n  name: (?<name>\S+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();
}
