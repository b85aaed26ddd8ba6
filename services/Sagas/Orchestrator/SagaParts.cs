using Dapr.Client;
using Dapr.Workflow;
using Library.Defaults.Hosting;
using Library.Defaults.Stores;
using Library.Defaults.ViewStores;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Operators;
using Library.Sagas.Orchestrator.Records;
using Library.Sagas.Orchestrator.Running;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Library.Sagas.Orchestrator;

/// <summary>How sagas get into a coordinator: a service that decides and publishes, and whose sidecar runs workflows.</summary>
public static class SagaParts
{
    /// <summary>Adds sagas. Everything that one of them breaks is said at once, before anything starts.</summary>
    public static LibraryBuilder AddSagas(this LibraryBuilder library, Action<SagaCollection> add)
    {
        var sagas = new SagaCollection();
        add(sagas);
        sagas.Check();
        var services = library.Services;
        services.AddOptions<SagaOptions>().BindConfiguration(SagaOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sagas);
        services.AddSingleton<SagaTopics>();
        services.AddSingleton<SagaStore>();
        services.AddSingleton(provider => new SagaRecords(
            provider.GetRequiredService<SagaStore>(), sagas, provider.GetRequiredService<LiveSagas>(), provider.GetRequiredService<WorkflowStarts>()));
        services.AddSingleton<LiveSagas>();
        services.AddSingleton<WorkflowStarts>();
        services.AddSingleton<SagaTrail>();
        services.AddSingleton<Carrying>();
        services.AddSingleton<SagaBreakers>();
        services.AddSingleton(provider => new SagaLists(
            new DaprDocuments(provider.GetRequiredService<DaprClient>(), library.Names.Store, provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<SagaStore>(), provider.GetRequiredService<IOptions<SagaOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SagaMetrics>();
        services.AddSingleton<SagaWatchdog>();
        services.AddHostedService(provider => provider.GetRequiredService<SagaWatchdog>());
        services.AddSingleton<Replies>();
        services.AddSingleton<News>();
        services.AddScoped(provider => new SagaStart(
            provider.GetRequiredService<Commit>(), provider.GetRequiredService<SagaStore>(), sagas, provider.GetRequiredService<LiveSagas>(), provider.GetRequiredService<WorkflowStarts>(),
            provider.GetRequiredService<SagaTopics>(), provider.GetRequiredService<IOptions<SagaOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddDaprWorkflow(workflows =>
        {
            workflows.RegisterActivity<SendActivity>(SendActivity.Name);
            workflows.RegisterActivity<CallActivity>(CallActivity.Name);
            workflows.RegisterActivity<MarkActivity>(MarkActivity.Name);
            workflows.RegisterActivity<EndActivity>(EndActivity.Name);
            foreach (var saga in sagas.All)
            {
                workflows.RegisterWorkflow<SagaRun, string>(saga.Name, new SagaWorkflow(saga.Machine).Run);
            }
        });
        return library;
    }

    /// <summary>Listens to replies, and gives operators their routes.</summary>
    public static void MapSagas(this IEndpointRouteBuilder routes)
    {
        routes.MapReplies();
        routes.MapNews();
        routes.MapOperators();
    }
}
