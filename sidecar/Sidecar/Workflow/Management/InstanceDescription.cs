using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Watch;

namespace Sidecar.Workflow.Management;

/// <summary>An instance as the management API tells it.</summary>
internal sealed class InstanceDescription(WorkflowState state)
{
    private static readonly Timestamp YearOne = new() { Seconds = -62135596800 };

    public string InstanceId => state.InstanceId;

    public string Name => state.Name;

    public Timestamp CreatedAt => state.CreatedTimestamp ?? YearOne;

    public Timestamp LastUpdatedAt => state.LastUpdatedTimestamp ?? YearOne;

    public string Status => StatusWords.Of(state.WorkflowStatus);

    public SortedDictionary<string, string> Properties
    {
        get
        {
            var properties = new SortedDictionary<string, string>(StringComparer.Ordinal);
            Add("custom_status", string.IsNullOrEmpty(state.CustomStatus) ? null : state.CustomStatus);
            Add("input", state.Input);
            Add("output", state.Output);
            Add("failure.error_type", state.FailureDetails?.ErrorType);
            Add("failure.error_message", state.FailureDetails?.ErrorMessage);
            Add("failure.stack_trace", state.FailureDetails?.StackTrace);
            return properties;

            void Add(string name, string? value)
            {
                if (value is not null)
                {
                    properties["dapr.workflow." + name] = value;
                }
            }
        }
    }

    /// <summary>As protobuf's JSON writes a time: three, six or nine digits below the second, or none.</summary>
    public static string Text(Timestamp time)
    {
        var seconds = DateTime.UnixEpoch.AddSeconds(time.Seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var nanos = time.Nanos.ToString("d9", CultureInfo.InvariantCulture);
        return time.Nanos switch
        {
            0 => $"{seconds}Z",
            _ when nanos.EndsWith("000000", StringComparison.Ordinal) => $"{seconds}.{nanos[..3]}Z",
            _ when nanos.EndsWith("000", StringComparison.Ordinal) => $"{seconds}.{nanos[..6]}Z",
            _ => $"{seconds}.{nanos}Z",
        };
    }
}
