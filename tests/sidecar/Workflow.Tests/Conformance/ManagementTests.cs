using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sidecar.Errors;
using Sidecar.Protos.Workflow;
using Workflow.Tests.Conformance.Ground;
using Act = Workflow.Tests.Turns.OneInstance;

namespace Workflow.Tests.Conformance;

/// <summary>Lists, reruns and the management API over HTTP.</summary>
public sealed class ManagementTests
{
    [Theory, OnEveryStore]
    public async Task All_ids_are_listed_page_by_page(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var ids = Enumerable.Range(0, 25).Select(number => $"id {number}||{number % 2 == 0}").ToList();
        await Task.WhenAll(ids.Select(id => hub.StartAsync(id)));
        Assert.Equal(ids.Order(), (await ListAsync(hub, null)).Order());
        Assert.Equal(ids.Order(), (await ListAsync(hub, 4)).Order());
    }

    [Theory, OnEveryStore]
    public async Task A_rerun_is_refused_with_its_reason(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "running", Act.Task(1));
        await hub.BeginAsync(worker, "ended", Act.Task(1), Act.Child(2, childId: "child"), Act.Complete());
        await worker.StepAsync("child", Act.Task(1), Act.Complete());
        await hub.EndAsync("child");

        await RefusedAsync(GrpcCode.NotFound, "none", 1);
        await RefusedAsync(GrpcCode.InvalidArgument, "running", 1);
        await RefusedAsync(GrpcCode.InvalidArgument, "child", 1);
        await RefusedAsync(GrpcCode.InvalidArgument, "", 1);
        await RefusedAsync(GrpcCode.NotFound, "ended", 77);
        await RefusedAsync(GrpcCode.InvalidArgument, "ended", 1, "ended");
        await RefusedAsync(GrpcCode.AlreadyExists, "ended", 1, "running");

        Task RefusedAsync(GrpcCode code, string source, uint id, string target = "new") => TaskHub.RefusedAsync(
            code, "", () => hub.RerunAsync(new RerunWorkflowFromEventRequest { SourceInstanceId = source, EventId = id, NewInstanceId = target }));
    }

    [Theory, OnEveryStore]
    public async Task Purging_by_filter_is_refused(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        await TaskHub.RefusedAsync(
            GrpcCode.Unknown,
            "multi-instance purge",
            () => hub.AskAsync("PurgeInstances", new PurgeInstancesRequest { PurgeInstanceFilter = new PurgeInstanceFilter() }, PurgeInstancesResponse.Parser));
    }

    [Theory, OnEveryStore]
    public async Task A_workflow_is_managed_over_http(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        using var http = new HttpClient { BaseAddress = hub.Sidecar.Http };
        foreach (var version in new[] { "v1.0", "v1.0-beta1", "v1.0-alpha1" })
        {
            var id = version.Replace('.', '-');
            var at = $"{version}/workflows/dapr";
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync($"{at}/any/start?instanceID={id}", "{\"in\":1}"));
            var turn = await worker.TurnAsync(id);
            Assert.Equal("{\"in\":1}", turn.NewEvents[1].ExecutionStarted.Input);
            await worker.AnswerAsync(turn, response => response.CustomStatus = "half", Act.Task(1));
            await hub.UntilAsync(id, OrchestrationStatus.Running);
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync($"{at}/{id}/pause", ""));
            await worker.StepAsync(id);
            await hub.UntilAsync(id, OrchestrationStatus.Suspended);
            var shown = await http.GetFromJsonAsync<JsonObject>($"{at}/{id}", TestContext.Current.CancellationToken);
            Assert.Equal(("SUSPENDED", "any", "half"), ($"{shown!["runtimeStatus"]}", $"{shown["workflowName"]}", $"{shown["properties"]!["dapr.workflow.custom_status"]}"));

            Assert.Equal(HttpStatusCode.Accepted, await PostAsync($"{at}/{id}/resume", ""));
            await worker.StepAsync(id);
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync($"{at}/{id}/raiseEvent/go", "5"));
            Assert.Equal("5", (await worker.StepAsync(id)).NewEvents[1].EventRaised.Input);
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync($"{at}/{id}/terminate", ""));
            await worker.StepAsync(id);
            await hub.UntilAsync(id, OrchestrationStatus.Terminated);
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync($"{at}/{id}/purge", ""));
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{at}/{id}", TestContext.Current.CancellationToken)).StatusCode);
        }

        async Task<HttpStatusCode> PostAsync(string path, string body)
        {
            using var content = new StringContent(body);
            using var answer = await http.PostAsync(path, content, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    private static async Task<List<string>> ListAsync(TaskHub hub, uint? size)
    {
        var all = new List<string>();
        var request = new ListInstanceIDsRequest();
        if (size is { } given)
        {
            request.PageSize = given;
        }

        while (true)
        {
            var page = await hub.AskAsync("ListInstanceIDs", request, ListInstanceIDsResponse.Parser);
            Assert.True(size is null || page.InstanceIds.Count <= size);
            all.AddRange(page.InstanceIds);
            if (!page.HasContinuationToken || page.ContinuationToken.Length == 0)
            {
                return all;
            }

            request.ContinuationToken = page.ContinuationToken;
        }
    }
}
