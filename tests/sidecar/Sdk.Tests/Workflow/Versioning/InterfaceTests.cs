using Dapr.Workflow.Abstractions;
using Dapr.Workflow.Versioning;
using Microsoft.Extensions.DependencyInjection;

namespace Sdk.Tests.Workflow.Versioning;

/// <summary>The parts of versions as those use them who put others in their place.</summary>
public sealed class InterfaceTests
{
    [Fact]
    public void Strategies_can_be_used_by_themselves()
    {
        var context = new WorkflowVersionStrategyContext("Order", null);
        var numeric = new NumericVersionStrategy();
        var dates = new DateVersionStrategy();
        var semantic = new SemVerVersionStrategy();
        numeric.Configure(context);
        dates.Configure(context);
        semantic.Configure(context);
        Assert.True(numeric.TryParse("OrderV2", out var name, out var version) && name == "Order" && version == "2");
        Assert.True(dates.TryParse("Order20260131", out name, out version) && name == "Order" && version == "20260131");
        Assert.True(semantic.TryParse("Orderv1.2.3", out name, out version) && name == "Order" && version == "1.2.3");
        IWorkflowVersionStrategy any = numeric;
        Assert.True(any.Compare("2", "10") < 0);
    }

    [Fact]
    public void Factories_selectors_and_resolvers_can_be_used_by_their_interfaces()
    {
        using var services = new ServiceCollection().AddDaprWorkflowVersioning().BuildServiceProvider();
        var strategy = services.GetRequiredService<IWorkflowVersionStrategyFactory>().Create(typeof(NumericVersionStrategy), "Order", null, services);
        var selector = services.GetRequiredService<IWorkflowVersionSelectorFactory>().Create(typeof(MaxVersionSelector), "Order", null, services);
        var first = new WorkflowVersionIdentity("Order", "1", "OrderV1");
        var second = first with { CanonicalName = "Parcel", Version = "2" };
        Assert.Equal(second, selector.SelectLatest("Order", [second, first], strategy));
        Assert.Equal(("Parcel", "OrderV1", "2"), (second.CanonicalName, second.TypeName, second.Version));
        var family = new WorkflowFamily("Order", []) with { Versions = [first] };
        Assert.Equal(("Order", 1), (family.CanonicalName, family.Versions.Count));
        var resolver = new WorkflowVersionResolver(services, services.GetRequiredService<WorkflowVersioningOptions>(), new DefaultWorkflowVersioningDiagnostics());
        Assert.True(resolver.TryGetLatest(family, out var latest, out _, out _) && latest == first);
        IWorkflowRouterRegistry routes = services.GetRequiredService<IWorkflowRouterRegistry>();
        routes.UpdateRoutes(new Dictionary<string, IReadOnlyList<string>> { ["Order"] = ["OrderV1"] });
        Assert.True(routes.Contains("OrderV1"));
    }

    [Fact]
    public void What_goes_wrong_is_said_in_words()
    {
        var says = new DefaultWorkflowVersioningDiagnostics();
        Assert.All(
            [
                says.UnknownStrategyTitle, says.CouldNotParseTitle, says.EmptyFamilyTitle, says.AmbiguousLatestTitle, says.UnknownStrategyMessage("Order", typeof(int)),
                says.CouldNotParseMessage("Order"), says.EmptyFamilyMessage("Order"), says.AmbiguousLatestMessage("Order", ["1", "2"]),
            ],
            words => Assert.NotEqual("", words));
        var parsed = new VersionParseResult("Order", "2", false) with { CanonicalName = "Parcel", IsExplicit = true };
        Assert.Equal(("Parcel", true), (parsed.CanonicalName, parsed.IsExplicit));
        Assert.Equal("Ship", new TaskIdentifier("Ship").Name);
    }
}
