using Sidecar.Components;
using Sidecar.Secrets;

namespace Sidecar.Tests.Components;

public sealed class ComponentResolverTests
{
    private readonly Dictionary<string, string> environment = [];
    private readonly Dictionary<string, ISecretStore> stores = new()
    {
        ["vault"] = new Vault(new() { ["db"] = new() { ["db"] = "s3cret", ["user"] = "\"quoted\"", ["empty"] = "" } }),
    };

    [Theory]
    [InlineData("\"text\"", "text")]
    [InlineData("5", "5")]
    [InlineData("1.50", "1.5")]
    [InlineData("0x1F", "31")]
    [InlineData("0644", "420")]
    [InlineData("'0644'", "0644")]
    [InlineData("yes", "true")]
    [InlineData("'yes'", "yes")]
    [InlineData("off", "false")]
    [InlineData("null", "")]
    [InlineData("2024-01-02", "2024-01-02")]
    [InlineData("12:30", "12:30")]
    [InlineData("1_000", "1000")]
    [InlineData("1e3", "1000")]
    [InlineData("{ b: 1, a: [x, true, ~] }", "{\"a\":[\"x\",true,null],\"b\":1}")]
    [InlineData("!!str 7", "7")]
    public async Task A_value_is_text_whatever_YAML_makes_of_it(string yaml, string expected) =>
        Assert.Equal(expected, (await ResolveAsync($"{{ name: key, value: {yaml} }}"))["key"]);

    [Fact]
    public async Task Templates_are_filled_in()
    {
        environment["POD_NAME"] = "pod-7";

        var values = await ResolveAsync("{ name: a, value: '{appID}-{namespace}-{podName}' }", "{ name: b, value: '{uuid}{uuid}' }", "{ name: c, value: '{other}' }");

        Assert.Equal("shop-here.shop-pod-7", values["a"]);
        Assert.NotEqual(Guid.Parse(values["b"][..36]), Guid.Parse(values["b"][36..]));
        Assert.Equal("{other}", values["c"]);
    }

    [Fact]
    public async Task A_pod_name_that_is_not_set_is_told()
    {
        var fault = await Assert.ThrowsAsync<ComponentException>(() => ResolveAsync("{ name: a, value: '{podName}' }"));

        Assert.Equal("failed to parse metadata: property a refers to {podName} but podName is not set", fault.Message);
    }

    [Fact]
    public async Task Variables_of_the_environment_are_read_except_those_of_the_sidecar()
    {
        environment["COLOR"] = "red";
        environment["DAPR_API_TOKEN"] = environment["APP_API_TOKEN"] = "hidden";

        var values = await ResolveAsync("{ name: a, envRef: COLOR }", "{ name: b, envRef: dapr_api_token }", "{ name: c, envRef: APP_API_TOKEN }", "{ name: d, envRef: COLOR, value: blue }");

        Assert.Equal(("red", "", "", "blue"), (values["a"], values["b"], values["c"], values["d"]));
    }

    [Fact]
    public async Task A_list_of_variables_limits_what_can_be_read()
    {
        environment["DAPR_ENV_KEYS"] = "SIZE COLOR";
        environment["COLOR"] = environment["SHAPE"] = environment["COL"] = "x";

        var values = await ResolveAsync("{ name: a, envRef: COLOR }", "{ name: b, envRef: SHAPE }", "{ name: c, envRef: COL }");

        Assert.Equal(("x", "", ""), (values["a"], values["b"], values["c"]));
    }

    [Fact]
    public async Task Secrets_are_fetched_by_name_and_key()
    {
        var values = await ResolveAsync("{ name: password, secretKeyRef: { name: db } }", "{ name: user, secretKeyRef: { name: db, key: user } }");

        Assert.Equal(("s3cret", "quoted"), (values["password"], values["USER"]));
    }

    [Fact]
    public async Task All_secrets_that_are_missing_are_told_at_once_and_none_is_shown()
    {
        var fault = await Assert.ThrowsAsync<ComponentException>(() => ResolveAsync(
            "{ name: a, secretKeyRef: { name: nothing } }",
            "{ name: b, secretKeyRef: { name: db, key: nothing } }",
            "{ name: c, secretKeyRef: { name: db, key: empty } }",
            "{ name: d, secretKeyRef: { name: db } }"));

        Assert.Equal(
            "secret nothing cannot be read from secret store vault: secret nothing not found; "
            + "\"b\" refers to key nothing of secret db, which secret store vault does not have or has empty; "
            + "\"c\" refers to key empty of secret db, which secret store vault does not have or has empty",
            fault.Message);
    }

    [Fact]
    public async Task A_secret_store_that_did_not_start_is_told()
    {
        stores.Clear();

        var fault = await Assert.ThrowsAsync<ComponentException>(() => ResolveAsync("{ name: a, secretKeyRef: { name: db } }"));

        Assert.Equal("\"a\" refers to a secret, and secret store vault is not there", fault.Message);
    }

    private async Task<IReadOnlyDictionary<string, string>> ResolveAsync(params string[] settings)
    {
        var findings = new Findings();
        var root = YamlFile.ReadOne("a.yaml", $$"""
            metadata: { name: one }
            spec: { type: state.in-memory, metadata: [{{string.Join(", ", settings)}}] }
            auth: { secretStore: vault }
            """, 1, findings)!;
        var definition = ComponentReader.Read(root)!;
        Assert.Empty(findings.Problems);
        var resolver = new ComponentResolver("shop", "here", name => environment.GetValueOrDefault(name));
        return (await resolver.ResolveAsync(definition, stores, TestContext.Current.CancellationToken)).Metadata.Values;
    }

    private sealed class Vault(Dictionary<string, Dictionary<string, string>> secrets) : ISecretStore
    {
        public bool MultipleKeyValuesPerSecret => true;

        public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

        public ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
            secrets.TryGetValue(name, out var found) ? new(found) : throw new SecretException($"secret {name} not found");

        public ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
            throw new SecretException("not asked for");
    }
}
