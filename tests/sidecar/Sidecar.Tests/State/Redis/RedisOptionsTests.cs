using Sidecar.Components;
using Sidecar.State.Redis;

namespace Sidecar.Tests.State.Redis;

public sealed class RedisOptionsTests
{
    [Fact]
    public void What_is_not_said_is_as_daprd_has_it()
    {
        var options = Options();
        Assert.Equal("localhost:6379", options.Host);
        Assert.Equal((5, 3, 3), (options.DialTimeout.TotalSeconds, options.ReadTimeout.TotalSeconds, options.WriteTimeout.TotalSeconds));
        Assert.Equal((3, 512), (options.Retries, options.RetryPause.TotalMilliseconds));
        Assert.Null(options.TtlSeconds);
    }

    [Theory]
    [InlineData("redis:7000", "", "redis:7000")]
    [InlineData("redis", "7000", "redis:7000")]
    [InlineData("redis:7000", "7000", "redis:7000")]
    [InlineData("::1", "", "::1:6379")]
    [InlineData("[::1]:7000", "", "::1:7000")]
    public void The_port_stands_with_the_host_or_apart(string host, string port, string server) =>
        Assert.Equal(server, Options(("redisHost", host), ("redisPort", port)).Host);

    [Theory]
    [InlineData("250", 250)]
    [InlineData("2s", 2000)]
    [InlineData("-1", 0)]
    [InlineData("0", 3000)]
    public void A_bare_number_of_time_counts_milliseconds_and_a_negative_one_switches_off(string text, int milliseconds) =>
        Assert.Equal(milliseconds, Options(("readTimeout", text)).ReadTimeout.TotalMilliseconds);

    [Fact]
    public void Retries_go_by_their_former_names_too()
    {
        var former = Options(("maxRetries", "7"), ("maxRetryBackoff", "5000000"));
        Assert.Equal((7, 5), (former.Retries, former.RetryPause.TotalMilliseconds));
        var both = Options(("maxRetries", "7"), ("redisMaxRetries", "-1"), ("maxRetryBackoff", "5000000"), ("redisMinRetryInterval", "9ms"));
        Assert.Equal((0, 9), (both.Retries, both.RetryPause.TotalMilliseconds));
    }

    [Theory]
    [InlineData("redisType", "cluster", "cluster")]
    [InlineData("redisHost", "a:1,b:2", "several hosts")]
    [InlineData("failover", "true", "Sentinel")]
    [InlineData("useEntraID", "true", "identity provider")]
    [InlineData("useOIDC", "true", "identity provider")]
    [InlineData("queryIndexes", "[]", "queries are not supported")]
    [InlineData("enableTLS", "yes", "should be true or false")]
    [InlineData("redisDB", "first", "whole number")]
    [InlineData("redisHost", "redis:port", "host:port")]
    [InlineData("dialTimeout", "soon", "duration")]
    [InlineData("poolSize", "many", "whole number")]
    [InlineData("ttlInSeconds", "1.5", "whole number")]
    public void What_cannot_be_done_is_refused_by_name(string name, string value, string why)
    {
        var refusal = Assert.Throws<ComponentException>(() => Options((name, value)));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_ports_that_differ_are_refused()
    {
        var refusal = Assert.Throws<ComponentException>(() => Options(("redisHost", "redis:1"), ("redisPort", "2")));
        Assert.StartsWith("redis host \"redis:1\" already contains port 1, but redisPort is set to 2", refusal.Message, StringComparison.Ordinal);
    }

    private static RedisOptions Options(params (string Name, string Value)[] settings) =>
        RedisOptions.From(new ComponentMetadata(settings.ToDictionary(setting => setting.Name, setting => setting.Value)));
}
