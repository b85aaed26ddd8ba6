using System.Net;
using Microsoft.Extensions.Logging;
using Sidecar.Hosting;

namespace Sidecar.Tests.Hosting;

public sealed class FlagsTests
{
    private readonly Dictionary<string, string> environment = [];

    [Fact]
    public void An_app_id_is_enough()
    {
        var options = Options("--app-id shop");

        Assert.Equal(("shop", 3500, 50001, 9090), (options.AppId, options.HttpPort, options.GrpcPort, options.MetricsPort));
        Assert.Equal((null, "http", "127.0.0.1", -1), (options.AppPort, options.AppProtocol, options.AppChannelAddress, options.AppMaxConcurrency));
        Assert.Equal([IPAddress.Loopback], options.ListenAddresses);
        Assert.Equal((4 * 1024 * 1024, 4096), (options.MaxBodySize, options.ReadBufferSize));
        Assert.Null(options.AppHealth);
        Assert.Null(options.EnableApiLogging);
        Assert.Null(options.ApiToken);
    }

    [Fact]
    public void Flags_have_one_dash_or_two_and_values_behind_a_space_or_an_equals_sign()
    {
        var options = Options("-app-id shop --app-port=6001 --dapr-http-port 3600 -dapr-grpc-port=3601 --dapr-internal-grpc-port 3602 --dapr-public-port 3603 --metrics-port 3604");

        Assert.Equal((6001, 3600, 3601, 3602, 3603, 3604), (options.AppPort, options.HttpPort, options.GrpcPort, options.InternalGrpcPort, options.PublicPort, options.MetricsPort));
    }

    [Fact]
    public void Switches_need_no_value_and_take_one_behind_an_equals_sign()
    {
        var options = Options("--app-id shop --log-as-json --enable-metrics=false --enable-api-logging=F --require-safe-brokers --enable-app-health-check");

        Assert.Equal((true, false, false, true), (options.LogAsJson, options.EnableMetrics, options.EnableApiLogging, options.RequireSafeBrokers));
        Assert.Equal(new AppHealthOptions(), options.AppHealth);
    }

    [Fact]
    public void Lists_are_given_with_commas_or_one_by_one()
    {
        var options = Options("--app-id shop --resources-path a,b --resources-path c --config one --config=two --dapr-listen-addresses 0.0.0.0,::1 --disable-init-endpoints Config,,subscribe");

        Assert.Equal(["a", "b", "c"], options.ResourcesPaths);
        Assert.Equal(["one", "two"], options.ConfigPaths);
        Assert.Equal([IPAddress.Any, IPAddress.IPv6Loopback], options.ListenAddresses);
        Assert.Equal(["config", "subscribe"], options.DisabledInitEndpoints);
    }

    [Fact]
    public void Everything_else_has_its_place()
    {
        var options = Options(
            "--app-id shop --app-protocol GRPC --app-channel-address app.local --app-max-concurrency 7 --app-binding-options-timeout 10s --log-level Warn --log-file out.log "
            + "--app-health-check-path /ok --enable-app-health-check --app-health-probe-interval 9 --app-health-probe-timeout 90 --app-health-threshold 4 "
            + "--dapr-graceful-shutdown-seconds 11 --dapr-block-shutdown-duration 1m --metrics-listen-address localhost --dapr-public-listen-address 0.0.0.0");

        Assert.Equal(("grpc", "app.local", 7, TimeSpan.FromSeconds(10)), (options.AppProtocol, options.AppChannelAddress, options.AppMaxConcurrency, options.AppBindingOptionsTimeout));
        Assert.Equal((LogLevel.Warning, "out.log"), (options.LogLevel, options.LogFile));
        Assert.Equal(new AppHealthOptions { Path = "/ok", Interval = TimeSpan.FromSeconds(9), Timeout = TimeSpan.FromMilliseconds(90), Threshold = 4 }, options.AppHealth);
        Assert.Equal((TimeSpan.FromSeconds(11), TimeSpan.FromMinutes(1)), (options.GracefulShutdown, options.BlockShutdown));
        Assert.Equal((IPAddress.Loopback, IPAddress.Any), (options.MetricsListenAddress, options.PublicListenAddress));
    }

    [Theory]
    [InlineData("--max-body-size 16Mi", 16 * 1024 * 1024)]
    [InlineData("--max-body-size 100", 100)]
    [InlineData("--max-body-size 2k", 2000)]
    [InlineData("--max-body-size 1.5Ki", 1536)]
    [InlineData("--max-body-size 1e3", 1000)]
    [InlineData("--max-body-size 0", int.MaxValue)]
    [InlineData("--max-body-size 8Gi", int.MaxValue)]
    [InlineData("--max-body-size -1", 4 * 1024 * 1024)]
    [InlineData("--dapr-http-max-request-size 8", 8 * 1024 * 1024)]
    [InlineData("--dapr-http-max-request-size 8 --max-body-size 1Mi", 1024 * 1024)]
    public void Sizes_are_read(string flags, int expected) => Assert.Equal(expected, Options($"--app-id shop {flags}").MaxBodySize);

    [Fact]
    public void Tokens_and_places_come_from_the_environment()
    {
        environment["DAPR_API_TOKEN"] = "a";
        environment["APP_API_TOKEN"] = "b";
        environment["NAMESPACE"] = "here";
        environment["DAPR_HOST_IP"] = "10.0.0.7";

        var options = Options("--app-id shop");

        Assert.Equal(("a", "b", "here", "10.0.0.7"), (options.ApiToken, options.AppToken, options.Namespace, options.HostAddress));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        Assert.Equal(
            [
                "--dapr-htp-port is no flag; did you mean --dapr-http-port?",
                "\"false\" is no flag; write --enable-metrics=false",
                "--config needs a value",
                "--mode kubernetes cannot be had here; on Kubernetes use daprd",
                "--unix-domain-socket cannot be had here; this sidecar listens on ports",
                "--app-id is \"my.shop\": parameter app-id cannot contain dots",
                "--app-port is \"abc\" and should be a port from 0 to 65535",
                "invalid value for 'app-protocol': smoke; it should be http, https, grpc, grpcs or h2c",
                "--app-max-concurrency is \"many\" and should be a whole number",
                "invalid value for 'disable-init-endpoints': health; it should be config or subscribe",
                "--dapr-listen-addresses is \"no.such.host.invalid\" and should be an address of this machine, such as 127.0.0.1 or 0.0.0.0",
                "--dapr-grpc-port is \"70000\" and should be a port from 0 to 65535",
                "--max-body-size is \"4MB\" and should be a size such as 4Mi, 512Ki, 16M or a number of bytes",
                "value for 'health-probe-timeout' must be smaller than 'health-probe-interval'",
                "--dapr-block-shutdown-duration is \"5\" and should be a duration such as 500ms, 20s or 1h30m",
                "invalid value for --log-level: loud; it should be debug, info, warn, error or fatal",
                "--log-as-json is \"maybe\" and should be true or false",
            ],
            Parse(
                "--app-id my.shop --app-port abc --dapr-htp-port 1 --enable-metrics false --app-protocol smoke --mode kubernetes --unix-domain-socket /tmp --app-max-concurrency many "
                + "--disable-init-endpoints health --dapr-listen-addresses no.such.host.invalid --dapr-grpc-port 70000 --max-body-size 4MB --app-health-probe-timeout 6000 "
                + "--dapr-block-shutdown-duration 5 --log-level loud --log-as-json=maybe --config").Problems);
        Assert.Equal(["--app-id is needed: parameter app-id cannot be empty"], Parse("").Problems);
    }

    [Fact]
    public void Ports_that_meet_are_told()
    {
        Assert.Equal(
            ["port 3600 is asked for more than once: --dapr-http-port, --metrics-port", "the 'dapr-http-port' argument value 3600 conflicts with 'app-port'"],
            Parse("--app-id shop --dapr-http-port 3600 --metrics-port 3600 --app-port 3600").Problems);
        Assert.Empty(Parse("--app-id shop --dapr-http-port 0 --dapr-grpc-port 0 --metrics-port 3600 --enable-metrics=false --dapr-public-port 3600").Problems);
    }

    [Fact]
    public void What_means_nothing_here_is_noted()
    {
        var flags = Parse("--app-id shop --placement-host-address localhost:50005 --enable-mtls --components-path old");

        Assert.Empty(flags.Problems);
        Assert.Equal(
            [
                "--placement-host-address has no effect here: actors need no placement service here",
                "--enable-mtls has no effect here: sidecars of one machine talk in the clear",
                "--components-path is an old flag; use --resources-path",
            ],
            flags.Notes);
        Assert.Equal(["old"], flags.Sidecars[0].ResourcesPaths);
    }

    [Theory]
    [InlineData("--help", FlagsIntent.Help)]
    [InlineData("-h", FlagsIntent.Help)]
    [InlineData("--version", FlagsIntent.Version)]
    [InlineData("--build-info", FlagsIntent.BuildInfo)]
    [InlineData("--wait --dapr-http-port 3600", FlagsIntent.Wait)]
    public void Questions_need_no_app(string flags, FlagsIntent intent)
    {
        var parsed = Parse(flags);

        Assert.Equal(intent, parsed.Intent);
        Assert.Empty(parsed.Problems);
    }

    [Fact]
    public void The_help_names_every_flag_in_lines_that_fit()
    {
        var help = FlagsHelp.Text;

        Assert.All(FlagsTable.All, flag => Assert.Contains($"  --{flag.Name}", help));
        Assert.All(help.Split('\n'), line => Assert.InRange(line.Length, 0, 160));
    }

    [Fact]
    public void Defaults_in_the_help_are_those_that_count()
    {
        var given = FlagsTable.All
            .Where(flag => flag.Default.Length > 0 && flag.Name is not ("wait" or "help" or "version" or "build-info" or "dapr-http-max-request-size" or "dapr-http-read-buffer-size" or "components-path"))
            .Select(flag => $"--{flag.Name}={flag.Default}");

        Assert.Equal(
            System.Text.Json.JsonSerializer.Serialize(Comparable(Options("--app-id shop"))),
            System.Text.Json.JsonSerializer.Serialize(Comparable(Options($"--app-id shop {string.Join(' ', given)}"))));

        static object Comparable(SidecarOptions options) => options with { ListenAddresses = [], MetricsListenAddress = null!, PublicListenAddress = null!, InternalGrpcListenAddress = null! };
    }

    private Flags Parse(string flags) => Flags.Parse(flags.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => environment.GetValueOrDefault(name));

    private SidecarOptions Options(string flags)
    {
        var parsed = Parse(flags);
        Assert.Empty(parsed.Problems);
        return Assert.Single(parsed.Sidecars);
    }
}
