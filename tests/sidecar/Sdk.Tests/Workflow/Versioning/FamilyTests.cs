extern alias daemon;
using Dapr.Workflow;
using Dapr.Workflow.Abstractions;
using Dapr.Workflow.Abstractions.Attributes;
using Dapr.Workflow.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Versioning;

/// <summary>A name that stands for several versions of a workflow.</summary>
public sealed class FamilyTests
{
    [Fact]
    public async Task A_shared_name_runs_the_latest_and_a_version_s_name_runs_that()
    {
        await using var rig = await StartAsync();
        var response = await rig.Tell("Parcel").TurnAsync();
        Assert.Equal(("\"V10\"", "ParcelV10"), (response.Result(), response.Version.Name));
        Assert.Equal("\"V2\"", (await rig.Tell("ParcelV2").TurnAsync()).Result());
        Assert.Equal("\"V1\"", (await rig.Tell("Parcel1").TurnAsync()).Result());
        Assert.Equal("\"dated\"", (await rig.Tell("Dated").TurnAsync()).Result());
    }

    [Fact]
    public async Task An_instance_keeps_the_version_that_it_began_with()
    {
        await using var rig = await StartAsync();
        var story = rig.Tell("Parcel");
        story.Commit(story.Request(), new Protos.WorkflowResponse { Version = new Protos.WorkflowVersion { Name = "ParcelV2" } });
        var kept = await story.TurnAsync(Story.Raised("go"));
        Assert.Equal(("\"V2\"", "ParcelV2"), (kept.Result(), kept.Version.Name));

        var gone = rig.Tell("Parcel", null, "order-2");
        gone.Commit(gone.Request(), new Protos.WorkflowResponse { Version = new Protos.WorkflowVersion { Name = "ParcelV3" } });
        Assert.NotNull(Assert.Single((await gone.TurnAsync(Story.Raised("go"))).Actions).WorkflowVersionNotAvailable);
    }

    [Fact]
    public async Task Routes_know_all_names()
    {
        await using var rig = await StartAsync();
        var routes = rig.Services.GetRequiredService<IWorkflowRouterRegistry>();
        Assert.True(routes.Contains("Parcel") && routes.Contains("ParcelV2") && !routes.Contains("Nobody") && !routes.Contains(" "));
        Assert.False(routes.TryResolveLatest(out _));
        var one = new WorkflowRouterRegistry();
        one.UpdateRoutes(new Dictionary<string, IReadOnlyList<string>> { ["Only"] = ["OnlyV2", "OnlyV1"] });
        Assert.True(one.Contains("OnlyV1") && one.TryResolveLatest(out var latest) && latest == "OnlyV2");
    }

    [Fact]
    public async Task Others_can_add_versions_and_choose()
    {
        WorkflowVersioningRegistry.Register((options, services) => options.RegisterWorkflow<string, string>("Added", (_, _) => Task.FromResult($"{services is not null}")));
        await using var rig = await WorkerRig.StartAsync(_ => { }, services => services
            .AddDaprWorkflowVersioning(options => Assert.True(options.DefaultStrategy is null && options.DefaultSelector is null))
            .UseDefaultWorkflowStrategy<NumericVersionStrategy>()
            .UseDefaultWorkflowSelector<Oldest>());
        Assert.Equal("\"True\"", (await rig.Tell("Added").TurnAsync()).Result());
        Assert.Equal("\"V1\"", (await rig.Tell("Parcel").TurnAsync()).Result());
    }

    [Fact]
    public void A_resolver_says_which_is_the_latest_or_why_not()
    {
        using var services = new ServiceCollection().AddDaprWorkflowVersioning().BuildServiceProvider();
        var resolver = services.GetRequiredService<IWorkflowVersionResolver>();
        WorkflowVersionIdentity one = new("Parcel", "1", "ParcelV1"), two = one with { Version = "2", TypeName = "ParcelV2", AssemblyName = "Here" };
        Assert.True(resolver.TryGetLatest(new WorkflowFamily("Parcel", [two, one]), out var latest, out var id, out var message));
        Assert.Equal((two, null, null, "Parcel@2 (ParcelV2)"), (latest, id, message, latest.ToString()));
        Assert.False(resolver.TryGetLatest(new WorkflowFamily("Parcel", []), out _, out id, out message));
        Assert.Equal((IWorkflowVersioningDiagnosticIds.EmptyFamily, "Workflow 'Parcel' has no versions."), (id, message));
        var options = new WorkflowVersioningOptions { DefaultStrategy = _ => new NumericVersionStrategy(), DefaultSelector = _ => new Undecided() };
        resolver = new WorkflowVersionResolver(services, options, new DefaultWorkflowVersioningDiagnostics());
        Assert.False(resolver.TryGetLatest(new WorkflowFamily("Parcel", [one, two]) with { CanonicalName = "P" }, out _, out id, out message));
        Assert.Equal((IWorkflowVersioningDiagnosticIds.AmbiguousLatest, "Several versions of workflow 'P' are the latest: [2]."), (id, message));
        Assert.NotNull(options.DefaultStrategy(services));
        Assert.NotNull(options.DefaultSelector(services));
    }

    [Fact]
    public void What_goes_wrong_is_said()
    {
        IWorkflowVersionDiagnostics says = new DefaultWorkflowVersioningDiagnostics();
        Assert.Equal(4, new[] { says.UnknownStrategyTitle, says.CouldNotParseTitle, says.EmptyFamilyTitle, says.AmbiguousLatestTitle }.Distinct().Count());
        Assert.Contains("System.Int32", says.UnknownStrategyMessage("Order", typeof(int)), StringComparison.Ordinal);
        Assert.Contains("'<unknown>'", says.CouldNotParseMessage(" "), StringComparison.Ordinal);
        Assert.Contains("Order", says.EmptyFamilyMessage("Order"), StringComparison.Ordinal);
        Assert.Contains("<none>", says.AmbiguousLatestMessage("Order", []), StringComparison.Ordinal);
        using var services = new ServiceCollection().BuildServiceProvider();
        Assert.Throws<InvalidOperationException>(() => new DefaultWorkflowVersionStrategyFactory().Create(typeof(Oldest), "Order", null, services));
        Assert.Throws<InvalidOperationException>(() => new DefaultWorkflowVersionSelectorFactory().Create(typeof(object), "Order", null, services));
        Assert.IsType<Oldest>(new DefaultWorkflowVersionSelectorFactory().Create(typeof(Oldest), "Order", null, services));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaxVersionSelector().SelectLatest("Order", [], new NumericVersionStrategy()));
    }

    [Fact]
    public void Marks_and_parts_have_values()
    {
        var parsed = new VersionParseResult("Order", "2", true) with { Version = "3" };
        Assert.Equal(("Order", "3", true), (parsed.CanonicalName, parsed.Version, parsed.IsExplicit));
        var context = new WorkflowVersionStrategyContext("Order", "own") with { CanonicalName = "Parcel" };
        Assert.Equal(("Parcel", "own"), (context.CanonicalName, context.OptionsName));
        Assert.Equal(("a", null, "b", null), (new WorkflowAttribute("a").Name, new WorkflowAttribute().Name, new WorkflowActivityAttribute("b").Name, new WorkflowActivityAttribute().Name));
        var mark = new WorkflowVersionAttribute { CanonicalName = "a", Version = "1", StrategyType = typeof(DateVersionStrategy), OptionsName = "b" };
        Assert.Equal(("a", "1", typeof(DateVersionStrategy), "b"), (mark.CanonicalName, mark.Version, mark.StrategyType, mark.OptionsName));
        Assert.Equal(WellKnownVersioning.WorkflowVersionAttributeFullName, typeof(WorkflowVersionAttribute).FullName);
        Assert.Equal("Here", new WorkflowVersionIdentity("a", "b", "c") { AssemblyName = "Here" }.AssemblyName);
    }

    private static Task<WorkerRig> StartAsync() => WorkerRig.StartAsync(_ => { }, services => services.AddDaprWorkflowVersioning());

    internal sealed class Oldest : IWorkflowVersionSelector
    {
        public WorkflowVersionIdentity SelectLatest(string canonicalName, IReadOnlyCollection<WorkflowVersionIdentity> candidates, IWorkflowVersionStrategy strategy) => candidates.OrderBy(candidate => candidate.Version, strategy).First();
    }

    internal sealed class Undecided : IWorkflowVersionSelector
    {
        public WorkflowVersionIdentity SelectLatest(string canonicalName, IReadOnlyCollection<WorkflowVersionIdentity> candidates, IWorkflowVersionStrategy strategy) => throw new InvalidOperationException("both");
    }

    internal abstract class Parcel(string says) : Workflow<string, string>
    {
        public override Task<string> RunAsync(WorkflowContext context, string input) => Task.FromResult(says);
    }

    internal sealed class ParcelV2() : Parcel("V2");

    internal sealed class ParcelV10() : Parcel("V10");

    [WorkflowVersion(CanonicalName = "Parcel", Version = "1")]
    internal sealed class Parcel1() : Parcel("V1");

    [WorkflowVersion(StrategyType = typeof(DateVersionStrategy))]
    internal sealed class Dated20260131() : Parcel("dated");
}
