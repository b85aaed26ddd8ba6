namespace Sidecar.Telemetry.Metrics;

/// <summary>Workflows: what is asked of them, how they and their activities end, and who of them cannot go on.</summary>
public sealed class WorkflowMetrics
{
    private readonly bool isEnabled;
    private readonly SeriesCache<(string Operation, bool Success), Timed> operations;
    private readonly SeriesCache<(string Name, string Status), Timed> executions;
    private readonly SeriesCache<(string Name, string Status), Timed> activities;
    private readonly SeriesCache<string, Histogram> scheduling;
    private readonly SeriesCache<string, Counter> parked;
    private readonly SeriesCache<bool, Counter> complained;

    public WorkflowMetrics(MetricRegistry registry, MetricsSettings settings, string appId, string ns)
    {
        isEnabled = settings.Enabled;
        string[] operation = ["app_id", "namespace", "operation", "status"];
        string[] execution = ["app_id", "namespace", "workflow_name", "status"];
        string[] activity = ["app_id", "namespace", "activity_name", "status"];
        var operationCount = registry.Counter("runtime/workflow/operation/count", "The number of successful/failed workflow operation requests.", operation);
        var operationLatency = registry.Latency("runtime/workflow/operation/latency", "The latencies of responses for workflow operation requests.", operation);
        var executionCount = registry.Counter("runtime/workflow/execution/count", "The number of successful/failed/recoverable workflow executions.", execution);
        var executionLatency = registry.Latency("runtime/workflow/execution/latency", "The total time taken to run workflow to completion.", execution);
        var activityCount = registry.Counter("runtime/workflow/activity/execution/count", "The number of successful/failed/recoverable activity executions.", activity);
        var activityLatency = registry.Latency("runtime/workflow/activity/execution/latency", "The total time taken to run an activity to completion.", activity);
        var schedulingLatency = registry.Latency("runtime/workflow/scheduling/latency", "Interval between workflow execution request and workflow execution.", "app_id", "namespace", "workflow_name");
        var parkedCount = registry.Counter("runtime/workflow/parked/count", "The number of times that a workflow was parked because its turn kept failing.", "app_id", "namespace", "workflow_name");
        var complaints = registry.Counter("runtime/workflow/watchdog/count", "The number of times that the watchdog has found a workflow that does not go on.", "app_id", "namespace");
        operations = new(key => Timed.Of(operationCount, operationLatency, appId, ns, key.Operation, key.Success ? "success" : "failed"));
        executions = new(key => Timed.Of(executionCount, executionLatency, appId, ns, key.Name, key.Status));
        activities = new(key => Timed.Of(activityCount, activityLatency, appId, ns, key.Name, key.Status));
        scheduling = new(name => schedulingLatency.Histogram(appId, ns, name));
        parked = new(name => parkedCount.Counter(appId, ns, name));
        complained = new(_ => complaints.Counter(appId, ns));
    }

    /// <summary>Operations are create_workflow, get_workflow, add_event and purge_workflow.</summary>
    public void Asked(string operation, bool success, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            operations.Get((operation, success)).Add(elapsed);
        }
    }

    /// <summary>The first turn of an instance goes to a worker.</summary>
    public void Scheduled(string workflow, TimeSpan waited)
    {
        if (isEnabled)
        {
            scheduling.Get(workflow).Observe(waited.TotalMilliseconds);
        }
    }

    /// <summary>A workflow has ended; its status is success or failed.</summary>
    public void Ended(string workflow, bool success, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            executions.Get((workflow, success ? "success" : "failed")).Add(elapsed);
        }
    }

    /// <summary>A turn that is tried again.</summary>
    public void Repeated(string workflow)
    {
        if (isEnabled)
        {
            executions.Get((workflow, "recoverable")).Count.Add();
        }
    }

    public void ActivityEnded(string activity, bool success, TimeSpan elapsed)
    {
        if (isEnabled)
        {
            activities.Get((activity, success ? "success" : "failed")).Add(elapsed);
        }
    }

    /// <summary>An activity whose worker has gone.</summary>
    public void ActivityRepeated(string activity)
    {
        if (isEnabled)
        {
            activities.Get((activity, "recoverable")).Count.Add();
        }
    }

    public void Parked(string workflow)
    {
        if (isEnabled)
        {
            parked.Get(workflow).Add();
        }
    }

    /// <summary>The watchdog has found a workflow that does not go on.</summary>
    public void Complained()
    {
        if (isEnabled)
        {
            complained.Get(true).Add();
        }
    }
}
