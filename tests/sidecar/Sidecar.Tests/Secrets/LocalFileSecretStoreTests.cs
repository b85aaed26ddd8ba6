using Sidecar.Components;
using Sidecar.Secrets;

namespace Sidecar.Tests.Secrets;

public sealed class LocalFileSecretStoreTests : IDisposable
{
    private static readonly Dictionary<string, string> None = [];
    private readonly string file = Path.GetTempFileName();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData("plain", "p")]
    [InlineData("nested:inner", "i")]
    [InlineData("nested:deep:er", "d")]
    [InlineData("list:1", "b")]
    [InlineData("yes", "%!s(bool=true)")]
    [InlineData("none", "%!s(<nil>)")]
    [InlineData("numbers:0", "%!s(float64=5)")]
    [InlineData("numbers:1", "%!s(float64=-0.25)")]
    [InlineData("numbers:2", "%!s(float64=123456)")]
    [InlineData("numbers:3", "%!s(float64=1.234567e+06)")]
    [InlineData("numbers:4", "%!s(float64=0.0001)")]
    [InlineData("numbers:5", "%!s(float64=1e-05)")]
    [InlineData("numbers:6", "%!s(float64=0)")]
    [InlineData("numbers:7", "%!s(float64=100000)")]
    public async Task Nested_names_are_joined_and_what_is_no_text_is_complained_of_as_Go_does(string name, string value)
    {
        var store = await OpenAsync("""
            {"plain":"p","nested":{"inner":"i","deep":{"er":"d"}},"list":["a","b"],"yes":true,"none":null,"numbers":[5,-0.25,123456,1234567,0.0001,0.00001,0,100000]}
            """);
        var secret = await store.GetAsync(name, None, Cancellation);
        Assert.Equal(new Dictionary<string, string> { [name] = value }, secret);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("nested")]
    public async Task What_is_no_leaf_is_not_found(string name)
    {
        var store = await OpenAsync("""{"nested":{"inner":"i"}}""");
        var refusal = await Assert.ThrowsAsync<SecretException>(async () => await store.GetAsync(name, None, Cancellation));
        Assert.Equal($"secret {name} not found", refusal.Message);
    }

    [Fact]
    public async Task The_separator_can_be_chosen()
    {
        var store = await OpenAsync("""{"a":{"b":["c"]}}""", ("nestedSeparator", "__"));
        Assert.Equal(["a__b__0"], (await store.GetAllAsync(None, Cancellation)).Keys);
    }

    [Fact]
    public async Task With_multiple_values_the_first_level_are_maps_and_texts()
    {
        var store = await OpenAsync("""{"db":{"user":"u","port":5,"more":{"x":"y"}},"plain":"p","list":["a"],"number":5}""", ("multiValued", "true"));
        Assert.True(store.MultipleKeyValuesPerSecret);
        var all = await store.GetAllAsync(None, Cancellation);
        Assert.Equal(["db", "plain"], all.Keys.Order());
        Assert.Equal(new Dictionary<string, string> { ["user"] = "u", ["port"] = "%!s(float64=5)", ["more:x"] = "y" }, all["db"]);
        Assert.Equal(new Dictionary<string, string> { ["plain"] = "p" }, all["plain"]);
    }

    [Fact]
    public async Task The_file_is_read_once()
    {
        var store = await OpenAsync("""{"a":"1"}""");
        await File.WriteAllTextAsync(file, """{"a":"2"}""", Cancellation);
        Assert.Equal("1", (await store.GetAsync("a", None, Cancellation))["a"]);
    }

    [Fact]
    public async Task A_broken_file_is_an_error_that_gives_no_secret_away()
    {
        var error = await Assert.ThrowsAsync<ComponentException>(() => OpenAsync("{\"password\":\n \"hunter2\" hunter3}"));
        Assert.Equal($"{file} is not valid JSON from line 2, byte 12 on", error.Message);
        var other = await Assert.ThrowsAsync<ComponentException>(() => OpenAsync("[1]"));
        Assert.Equal($"{file} should hold a JSON object", other.Message);
    }

    [Fact]
    public async Task A_missing_file_is_an_error_of_the_component()
    {
        var metadata = new ComponentMetadata(new Dictionary<string, string> { ["secretsFile"] = "./no/such.json" });
        var error = await Assert.ThrowsAsync<ComponentException>(() => new LocalFileSecretStore(metadata).InitAsync(Cancellation));
        Assert.Equal("open ./no/such.json: no such file or directory", error.Message);
        var unnamed = Assert.Throws<ComponentException>(() => new LocalFileSecretStore(new ComponentMetadata(None)));
        Assert.Equal("missing local secrets file in metadata", unnamed.Message);
    }

    private async Task<LocalFileSecretStore> OpenAsync(string json, params (string Name, string Value)[] settings)
    {
        await File.WriteAllTextAsync(file, json, Cancellation);
        var metadata = settings.Append(("secretsFile", file)).ToDictionary(setting => setting.Item1, setting => setting.Item2);
        var store = new LocalFileSecretStore(new ComponentMetadata(metadata));
        await store.InitAsync(Cancellation);
        return store;
    }
}
