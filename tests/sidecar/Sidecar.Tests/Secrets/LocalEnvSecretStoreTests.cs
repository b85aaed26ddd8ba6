using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.Secrets;

namespace Sidecar.Tests.Secrets;

public sealed class LocalEnvSecretStoreTests : IDisposable
{
    private static readonly Dictionary<string, string> None = [];
    private static readonly string[] Set = ["SECRETTEST_ONE", "SECRETTEST_", "dapr_SECRETTEST", "app_api_token"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public LocalEnvSecretStoreTests() => Array.ForEach(Set, name => Environment.SetEnvironmentVariable(name, "value"));

    public void Dispose() => Array.ForEach(Set, name => Environment.SetEnvironmentVariable(name, null));

    [Theory]
    [InlineData("SECRETTEST_ONE", "value")]
    [InlineData("SECRETTEST_NONE", "")]
    [InlineData("dapr_SECRETTEST", "")]
    [InlineData("app_api_token", "")]
    public async Task A_variable_that_is_missing_or_kept_back_is_empty(string name, string value) =>
        Assert.Equal(new Dictionary<string, string> { [name] = value }, await Store().GetAsync(name, None, Cancellation));

    [Fact]
    public async Task All_are_given_out_less_those_kept_back()
    {
        var all = await Store().GetAllAsync(None, Cancellation);
        Assert.Equal("value", all["SECRETTEST_ONE"]["SECRETTEST_ONE"]);
        Assert.Contains("PATH", all.Keys);
        Assert.DoesNotContain("dapr_SECRETTEST", all.Keys);
        Assert.DoesNotContain("app_api_token", all.Keys);
    }

    [Fact]
    public async Task A_prefix_is_put_before_names_asked_for_and_taken_off_those_given_out()
    {
        var store = Store("SECRETTEST_");
        Assert.Equal("value", (await store.GetAsync("ONE", None, Cancellation))["ONE"]);
        Assert.Equal(["ONE"], (await store.GetAllAsync(None, Cancellation)).Keys);
        Assert.Equal("", (await Store("dapr_").GetAsync("SECRETTEST", None, Cancellation))["SECRETTEST"]);
    }

    private static LocalEnvSecretStore Store(string prefix = "") =>
        new(new ComponentMetadata(new Dictionary<string, string> { ["prefix"] = prefix }), NullLogger.Instance);
}
