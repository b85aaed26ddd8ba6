using System.Text.Json;
using Dapr.Common.Serialization;

namespace Dapr.Workflow.Serialization;

/// <summary>The former name of <see cref="JsonDaprSerializer"/>.</summary>
[Obsolete("Use JsonDaprSerializer.")]
public sealed class JsonWorkflowSerializer : JsonDaprSerializer, IWorkflowSerializer
{
    /// <summary>JSON as on the web, fields included.</summary>
    public JsonWorkflowSerializer()
    {
    }

    /// <summary>JSON as the options say.</summary>
    public JsonWorkflowSerializer(JsonSerializerOptions options)
        : base(options)
    {
    }
}
