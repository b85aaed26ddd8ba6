using Dapr.Workflow.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sdk.Tests.Workflow.Versioning;

/// <summary>How versions are read from names and compared.</summary>
public sealed class StrategyTests
{
    [Theory]
    [InlineData("OrderV2", "Order", "2")]
    [InlineData("OrderV0012", "Order", "0012")]
    [InlineData("Order", "Order", "0")]
    [InlineData("Order2", null, null)]
    [InlineData("OrderV", null, null)]
    [InlineData("V2", null, null)]
    [InlineData(" ", null, null)]
    public void Numbers_stand_behind_a_V(string name, string? canonical, string? version) => Check(new NumericVersionStrategy(), name, canonical, version);

    [Fact]
    public void Numbers_can_stand_otherwise()
    {
        var strategy = Configured<NumericVersionStrategy, NumericVersionStrategyOptions>(options => (options.SuffixPrefix, options.IgnorePrefixCase, options.AllowNoSuffix, options.ZeroPad, options.Width, options.DefaultVersion) = ("Rev", true, false, true, 3, "1"));
        Check(strategy, "Orderrev007", "Order", "007");
        Check(strategy, "OrderRev07", null, null);
        Check(strategy, "Order", null, null);
        Assert.True(strategy.Compare("007", "8") < 0);
        Assert.True(strategy.Compare("10", "9") > 0);
        Assert.True(strategy.Compare("x", "9") < 0);
        Assert.True(strategy.Compare("9", "x") > 0);
        Assert.True(strategy.Compare("a", "b") < 0);
        Assert.Equal((0, -1, 1), (strategy.Compare(null, null), strategy.Compare(null, "1"), strategy.Compare("1", null)));
        var unset = new NumericVersionStrategyOptions();
        Assert.Equal(("V", false, true, false, 4, "0"), (unset.SuffixPrefix, unset.IgnorePrefixCase, unset.AllowNoSuffix, unset.ZeroPad, unset.Width, unset.DefaultVersion));
    }

    [Theory]
    [InlineData("Order20260131", "Order", "20260131")]
    [InlineData("Order20261331", null, null)]
    [InlineData("20260131", null, null)]
    [InlineData("Order", null, null)]
    public void Dates_stand_at_the_end(string name, string? canonical, string? version) => Check(new DateVersionStrategy(), name, canonical, version);

    [Fact]
    public void Dates_can_stand_otherwise()
    {
        var strategy = Configured<DateVersionStrategy, DateVersionStrategyOptions>(options => (options.DateFormat, options.Prefix, options.IgnorePrefixCase, options.AllowNoSuffix, options.DefaultVersion) = ("ddMMMyyyy", "As", true, true, "never"));
        Check(strategy, "OrderAS31JAN2026", "Order", "31JAN2026");
        Check(strategy, "Order31JAN2026", null, null);
        Check(strategy, "Order", "Order", "never");
        Assert.True(strategy.Compare("31JAN2026", "01FEB2026") < 0);
        var unset = new DateVersionStrategyOptions();
        Assert.Equal(("yyyyMMdd", "", false, false, "0"), (unset.DateFormat, unset.Prefix, unset.IgnorePrefixCase, unset.AllowNoSuffix, unset.DefaultVersion));
    }

    [Theory]
    [InlineData("Orderv1.2.3", "Order", "1.2.3")]
    [InlineData("Orderv1.2.3-beta.1+build", "Order", "1.2.3-beta.1+build")]
    [InlineData("Orderv1.2", null, null)]
    [InlineData("v1.2.3", null, null)]
    [InlineData("Order", null, null)]
    public void Semantic_versions_stand_behind_a_v(string name, string? canonical, string? version) => Check(new SemVerVersionStrategy(), name, canonical, version);

    [Fact]
    public void Semantic_versions_have_an_order()
    {
        var strategy = new SemVerVersionStrategy();
        string[] ascending = ["x", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"];
        Assert.Equal(ascending, ascending.Reverse().Order(strategy));
        Assert.Equal(0, strategy.Compare("1.0.0+a", "1.0.0+b"));
    }

    [Fact]
    public void Semantic_versions_can_stand_otherwise()
    {
        var strategy = Configured<SemVerVersionStrategy, SemVerVersionStrategyOptions>(options => (options.Prefix, options.IgnorePrefixCase, options.AllowPrerelease, options.AllowBuildMetadata, options.AllowNoSuffix, options.DefaultVersion) = ("", true, false, false, true, "0.0.1"));
        Check(strategy, "Order_1.2.3", "Order_", "1.2.3");
        Check(strategy, "Order_1.2.3-beta", "Order_1.2.3-beta", "0.0.1");
        Check(strategy, "Order_1.2.3+build", "Order_1.2.3+build", "0.0.1");
        Check(strategy, "1.2.3", null, null);
        var unset = new SemVerVersionStrategyOptions();
        Assert.Equal(("v", false, true, true, false, "0.0.0"), (unset.Prefix, unset.IgnorePrefixCase, unset.AllowPrerelease, unset.AllowBuildMetadata, unset.AllowNoSuffix, unset.DefaultVersion));
    }

    private static TStrategy Configured<TStrategy, TOptions>(Action<TOptions> configure)
        where TStrategy : class, IWorkflowVersionStrategy
        where TOptions : class
    {
        var services = new ServiceCollection().ConfigureStrategyOptions("own", configure).BuildServiceProvider();
        var strategy = new DefaultWorkflowVersionStrategyFactory().Create(typeof(TStrategy), "Order", "own", services);
        IWorkflowVersionStrategy direct = (IWorkflowVersionStrategy)Activator.CreateInstance(typeof(TStrategy), services.GetRequiredService<IOptionsMonitor<TOptions>>())!;
        ((IWorkflowVersionStrategyContextConsumer)direct).Configure(new WorkflowVersionStrategyContext("Order", null) with { OptionsName = "own" });
        return (TStrategy)strategy;
    }

    private static void Check(IWorkflowVersionStrategy strategy, string name, string? canonical, string? version)
    {
        var isRead = strategy.TryParse(name, out var seenName, out var seenVersion);
        Assert.Equal((canonical is not null, canonical ?? "", version ?? ""), (isRead, isRead ? seenName : "", isRead ? seenVersion : ""));
    }
}
