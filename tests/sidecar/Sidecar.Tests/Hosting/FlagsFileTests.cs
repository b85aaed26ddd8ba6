using Sidecar.Hosting;

namespace Sidecar.Tests.Hosting;

public sealed class FlagsFileTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void One_process_hosts_the_sidecars_of_a_file_with_free_ports_where_none_are_named()
    {
        var flags = Parse("""[["--app-id","a","--dapr-http-port","3600"],["-app-id=b","--log-level","debug"]]""", "--resources-path", "common");

        Assert.Empty(flags.Problems);
        Assert.Equal([("a", 3600, 0, 0), ("b", 0, 0, 0)], flags.Sidecars.Select(one => (one.AppId, one.HttpPort, one.GrpcPort, one.MetricsPort)));
        Assert.All(flags.Sidecars, one => Assert.Equal(["common"], one.ResourcesPaths));
    }

    [Fact]
    public void A_port_can_be_had_once_in_a_process() => Assert.Equal(
        ["port 3600 is asked for more than once: --dapr-http-port of a, --dapr-grpc-port of b"],
        Parse("""[["--app-id","a","--dapr-http-port","3600"],["--app-id","b","--dapr-grpc-port","3600"]]""").Problems);

    [Fact]
    public void Problems_of_all_sidecars_are_told_at_once() => Assert.Equal(
        ["--app-id is needed: parameter app-id cannot be empty", "--nothing is no flag"],
        Parse("""[["--app-port","1"],["--app-id","b","--nothing"]]""").Problems);

    [Theory]
    [InlineData("[]")]
    [InlineData("[[null]]")]
    [InlineData("[null]")]
    [InlineData("{\"a\":1}")]
    [InlineData("[\"--app-id\"]")]
    [InlineData("not json")]
    [InlineData("[[\"--sidecars=x\"]]")]
    public void A_file_that_is_no_list_of_flags_is_refused(string text)
    {
        var flags = Parse(text);

        Assert.StartsWith("--sidecars: ", Assert.Single(flags.Problems));
        Assert.Empty(flags.Sidecars);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told() =>
        Assert.StartsWith("--sidecars: Could not find file", Assert.Single(Flags.Parse(["--sidecars", "/nowhere.json"], _ => null).Problems));

    public void Dispose() => File.Delete(file);

    private Flags Parse(string text, params string[] common)
    {
        File.WriteAllText(file, text);
        return Flags.Parse([.. common, "--sidecars", file], _ => null);
    }
}
