using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Protos;
using Sidecar.Protos.Absent;

namespace Sidecar.Absent;

/// <summary>Jobs need a scheduler service; what is wrong with a request is said before that is noticed.</summary>
internal sealed class AbsentJobs(SidecarOptions options)
{
    private const string Prefix = "DAPR_SCHEDULER_";
    private const string Reason = "scheduler clients are disabled";
    private static readonly string[] Versions = ["v1.0", "v1.0-alpha1"];

    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal)
    {
        ["appID"] = options.AppId,
        ["namespace"] = options.Namespace.Length > 0 ? options.Namespace : "default",
    };

    public IEnumerable<ApiRoute> Routes =>
        from version in Versions
        from route in new ApiRoute[]
        {
            new("POST", version, "jobs/{name}", "jobs", ScheduleAsync),
            new("GET", version, "jobs/{name}", "jobs", _ => throw Failed("GET_JOB", "get job")),
            new("DELETE", version, "jobs/{name}", "jobs", _ => throw Failed("DELETE_JOB", "delete job")),
        }
        select route;

    public void Register(GrpcMethods methods)
    {
        foreach (var stage in new[] { "", "Alpha1" })
        {
            methods.Unary<ScheduleJobRequest, Empty>(
                $"{GrpcMethods.Dapr}ScheduleJob{stage}", ScheduleJobRequest.Parser, (request, _) => throw Refusal(request.Job));
            methods.Unary<GetJobRequest, Empty>(
                $"{GrpcMethods.Dapr}GetJob{stage}", GetJobRequest.Parser, (request, _) => throw NameEmpty(request.Name) ?? Failed("GET_JOB", "get job"));
            methods.Unary<DeleteJobRequest, Empty>(
                $"{GrpcMethods.Dapr}DeleteJob{stage}", DeleteJobRequest.Parser, (request, _) => throw NameEmpty(request.Name) ?? Failed("DELETE_JOB", "delete job"));
            methods.Unary<Empty, Empty>($"{GrpcMethods.Dapr}DeleteJobsByPrefix{stage}", Empty.Parser, (_, _) => throw Failed("DELETE_JOB", "delete job"));
            methods.Unary<Empty, Empty>($"{GrpcMethods.Dapr}ListJobs{stage}", Empty.Parser, (_, _) => throw Failed("LIST_JOBS", "list jobs"));
        }
    }

    private async ValueTask ScheduleAsync(HttpCall call)
    {
        var job = await AbsentBodies.MessageAsync<JobRequest>(call);
        if (job.Name.Length > 0)
        {
            var app = new Dictionary<string, string>(StringComparer.Ordinal) { ["appID"] = options.AppId };
            throw Bad("JOB_NAME", "Set the job name in the url only", app);
        }

        throw NameEmpty(call["name"].Trim()) ?? ScheduleEmpty(job.HasSchedule || job.HasDueTime) ?? Failed("SCHEDULE_JOB", "schedule job");
    }

    private ApiException Refusal(Job? job) => job is null
        ? Bad("EMPTY", "Job is empty", metadata)
        : NameEmpty(job.Name) ?? ScheduleEmpty(job.HasSchedule || job.HasDueTime) ?? Failed("SCHEDULE_JOB", "schedule job");

    private ApiException? NameEmpty(string name) => name.Length > 0 ? null : Bad("JOB_NAME_EMPTY", "Name is empty", metadata);

    private ApiException? ScheduleEmpty(bool isScheduled) => isScheduled ? null : Bad("SCHEDULE_EMPTY", "Schedule is empty", metadata);

    private static ApiException Bad(string code, string message, Dictionary<string, string> metadata) =>
        new(400, GrpcCode.InvalidArgument, Prefix + code, message, new ErrorInfo(Prefix + code, metadata));

    private ApiException Failed(string code, string deed) =>
        new(500, GrpcCode.Internal, Prefix + code, $"failed to {deed} due to: {Reason}", new ErrorInfo(Prefix + code, metadata));
}
